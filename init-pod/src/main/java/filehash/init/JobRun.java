package filehash.init;

import filehash.pod.Backoff;
import filehash.pod.HashFin;
import filehash.pod.Health;
import filehash.pod.JobId;
import filehash.pod.Program;
import filehash.pod.S3Fin;
import filehash.pod.Settings;
import filehash.pod.SharedDirectory;
import filehash.pod.Stop;
import filehash.pod.Stopped;
import filehash.pod.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of init-pod: claim a job, hand it over by conf.json, wait for both siblings, enter it as done or give it
 * up, take conf.json back. Owned by the main thread.
 */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
    private static final Duration IDLE = Duration.ofMillis(500);

    private final SharedDirectory directory;
    private final Etcd etcd;
    private final Tree tree;
    private final Lease lease;
    private final Claims claims;
    private final Finish finish;
    private final Outstanding outstanding;
    private final ConfSource confSource;
    private final Handover siblings;
    private final Stop signal;
    private final Trouble settingsTrouble = new Trouble(LOG, "settings of /conf");
    private Health health;

    JobRun(Settings settings, SharedDirectory directory, Etcd etcd, Stop signal) {
        this.directory = directory;
        this.etcd = etcd;
        this.tree = new Tree(settings.etcdPrefix());
        this.lease = etcd.lease(settings.lease());
        this.claims = new Claims(etcd, tree, lease, settings.hostname());
        this.finish = new Finish(etcd, tree);
        this.outstanding = new Outstanding(etcd, tree);
        this.confSource = new ConfSource(settings, tree);
        this.siblings = new Handover(directory);
        this.signal = signal;
    }

    /** @return the exit code */
    int run(Health beats) throws IOException, InterruptedException {
        health = beats;
        directory.remove(SharedDirectory.POD_FIN);
        siblings.conf().ifPresent(conf -> LOG.info("found {}", conf.id()));
        siblings.sweep();
        while (!signal.requested()) {
            health.beat();
            try {
                Optional<Claim> claim = claimNext();
                if (claim.isPresent()) {
                    work(claim.get());
                } else {
                    signal.await(IDLE);
                }
            } catch (IOException e) {
                etcd.failed(e, Duration.ofSeconds(1), signal);
            }
        }
        return Program.DONE;
    }

    /** What keeps this pod from working, or null. */
    String problem() {
        return directory.problem() != null ? directory.problem()
                : etcd.problem() != null ? etcd.problem() : settingsTrouble.now();
    }

    private Optional<Claim> claimNext() throws IOException, InterruptedException {
        Look look = Look.at(etcd, tree);
        outstanding.tell(look);
        ConfSource.Places places;
        try {
            places = confSource.read(look.all());
            settingsTrouble.over();
        } catch (IllegalArgumentException e) {
            settingsTrouble.failed(e.getMessage());
            return Optional.empty();
        }
        Optional<Claim> claim = claims.next(look);
        if (claim.isPresent()) {
            siblings.begin(claim.get(), places);
            LOG.info("{}: from {}, names {} to {}", claim.get(), claim.get().terms().root(),
                    claim.get().range().start(), claim.get().range().end());
        }
        return claim;
    }

    private void work(Claim claim) throws IOException, InterruptedException {
        JobId id = claim.id();
        Backoff pace = Backoff.polling();
        while (!signal.await(pace.next())) {
            health.beat();
            lease.lost();
            Optional<S3Fin> s3 = siblings.s3Fin(id);
            Optional<HashFin> hash = siblings.hashFin(id);
            if (s3.isPresent() && hash.isPresent()) {
                enter(claim, hash.get());
                siblings.sweep();
                return;
            }
            Optional<Stopped> stopped = siblings.stopped(id);
            if (stopped.isPresent()) {
                giveUp(claim, stopped.get().why());
                return;
            }
        }
        claim.release();
    }

    private void enter(Claim claim, HashFin fin) throws InterruptedException {
        Backoff retry = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));
        boolean settled = false;
        while (!settled && !signal.requested()) {
            health.beat();
            try {
                settled = finish.enter(claim, fin);
            } catch (IOException e) {
                etcd.failed(e, retry.next(), signal);
            }
        }
        LOG.info("{}: {} files, {} failed, {} bytes in {} s", claim, fin.tally().files(), fin.tally().failed(),
                fin.tally().bytes(), Duration.between(fin.started(), fin.finished()).toSeconds());
    }

    private void giveUp(Claim claim, String why) throws IOException, InterruptedException {
        LOG.warn("{}: given up: {}", claim, why);
        siblings.stop();
        claim.release();
        while (!siblings.busy(claim.id()).isEmpty() && !signal.await(Duration.ofMillis(10))) {
            health.beat();
        }
        siblings.sweep();
    }
}
