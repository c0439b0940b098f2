package filehash.fetch;

import filehash.fetch.s3.Bucket;
import filehash.fetch.transfer.Disk;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.OtherObjects;
import filehash.fetch.transfer.Retry;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.SpareCpus;
import filehash.fetch.transfer.Throttle;
import filehash.fetch.transfer.Transfers;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.WorkOrder;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.Plural;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of an attempt. It waits for the hasher, then lists, downloads and publishes until every object of the job
 * has been in files/. Owned by one thread.
 */
final class Fetcher {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    /** The pause between two turns. The hasher sends no signal when it removes an entry. */
    private static final long SHORTEST = Duration.ofNanos(120_000).toNanos();
    private static final long LONGEST = Duration.ofMillis(10).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final SharedDirectory directory;
    private final Capacity capacity;
    private final RetryPolicy policy;
    private final SpareCpus cpus;
    private final StopSignal signal;
    private final Health health;
    private final FetcherCounts counts;
    private final Connections connections;
    private final Rights rights = new Rights();
    private final Hedges hedges;

    Fetcher(SharedDirectory directory, Capacity capacity, RetryPolicy policy, SpareCpus cpus, StopSignal signal,
            Health health, Connections connections, FetcherCounts counts) {
        this.directory = directory;
        this.capacity = capacity;
        this.policy = policy;
        this.cpus = cpus;
        this.signal = signal;
        this.health = health;
        this.connections = connections;
        this.counts = counts;
        this.hedges = new Hedges(connections.throttle(), connections.quota(), policy, counts);
    }

    /** @return nothing if the attempt was stopped */
    Optional<S3Fin> run(Conf conf) throws GiveUp, IOException, InterruptedException {
        WorkOrder order = new WorkOrder(directory, conf.id(), signal);
        Optional<Progress> stored = awaitHasher(order);
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        directory.sweep();
        long begun = System.nanoTime();
        Semaphore news = new Semaphore(0);
        boolean done = false;
        try {
            Bucket bucket = connections.open(conf);
            connections.countBeside(conf, counts);
            LOG.info("fetches the objects of {} after '{}'", bucket, stored.get().last());
            Retry retry = connections.retry(bucket, counts);
            try (Listing listing = Listing.start(bucket, conf, retry, stored.get().last());
                    Window window = window(stored.get(), bucket, listing, retry, news::release)) {
                if (!fetch(order, listing, window, news)) {
                    return Optional.empty();
                }
                done = true;
                LOG.info("published all that was listed, {}, in {} s", Plural.of(listing.taken(), "object"),
                        Duration.ofNanos(System.nanoTime() - begun).toSeconds());
                return Optional.of(new S3Fin(conf.id(), stored.get().tally().objects() + listing.taken()));
            }
        } finally {
            if (!done) {
                connections.close();
            }
        }
    }

    private Window window(Progress stored, Bucket bucket, Listing listing, Retry retry, Runnable news) {
        OtherObjects others = new OtherObjects(bucket, listing, retry);
        Disk disk = new Disk(LOG);
        Transfers transfers = new Transfers(bucket, retry, connections.workers(), connections.spare(), cpus, others,
                policy, connections.quota().bytes()::isSet, disk);
        RightsCheck rightsCheck = new RightsCheck(others, policy, rights.of(stored.id().run()), news);
        Capacity ofPod = stored.takesSegments() ? capacity : capacity.withoutSegments();
        return new Window(directory, ofPod, counts, transfers, rightsCheck, hedges, disk, news);
    }

    /** Waits until files/ is empty, because the hasher may still store entries of an earlier attempt. */
    private Optional<Progress> awaitHasher(WorkOrder order) throws IOException, InterruptedException {
        Backoff pace = Backoff.polling();
        while (tick(order)) {
            if (directory.entries().isEmpty()) {
                Optional<Progress> progress = directory.read(PodFile.PROGRESS, order.id());
                if (progress.isPresent()) {
                    return progress;
                }
            }
            long since = System.nanoTime();
            signal.await(pace.next());
            counts.waited(Wait.HASHER, System.nanoTime() - since);
        }
        return Optional.empty();
    }

    /** @return whether everything is published */
    private boolean fetch(WorkOrder order, Listing listing, Window window, Semaphore news)
            throws GiveUp, IOException, InterruptedException {
        long loggedAt = System.nanoTime();
        long movedAt = loggedAt;
        while (tick(order)) {
            if (window.turn(listing)) {
                movedAt = System.nanoTime();
            }
            if (window.idle() && listing.ended()) {
                return true;
            }
            if (System.nanoTime() - loggedAt > MINUTE) {
                loggedAt = System.nanoTime();
                LOG.info("{} begun; since the start of this program {}", Plural.of(listing.taken(), "object"), counts);
            }
            await(news, window.look(listing), movedAt);
        }
        return false;
    }

    private void await(Semaphore news, Wait cause, long movedAt) throws InterruptedException {
        long since = System.nanoTime();
        long late = (since - movedAt) / 8; // after a long wait, a little more hardly matters
        news.tryAcquire(Math.max(SHORTEST, Math.min(LONGEST, late)), TimeUnit.NANOSECONDS);
        news.drainPermits();
        Throttle throttle = connections.throttle();
        boolean forResponses = cause != Wait.HASHER && cause != Wait.DISK; // downloads fill the window, too
        Wait exact = forResponses && connections.quota().isExceeded() ? Wait.LIMIT
                : cause == Wait.S3 && throttle.limit() < throttle.most() ? Wait.THROTTLE : cause;
        counts.waited(exact, System.nanoTime() - since);
    }

    /** What each turn of a loop begins with. Returns whether the attempt may go on. */
    private boolean tick(WorkOrder order) throws IOException {
        health.beat();
        connections.keepToLimits();
        return order.stands();
    }
}
