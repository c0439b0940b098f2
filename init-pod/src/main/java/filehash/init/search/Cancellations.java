package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.tree.Cancellation;
import filehash.init.tree.DoneJobs;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import filehash.init.webhook.Webhooks;
import filehash.program.Backoff;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the requests that a look finds to be cancelled, a few at a time, because a job may be at work meanwhile. All
 * pods try, and each request is ended once, by its transaction. After a failure they rest for a while, and keep the pod
 * from nothing else. Main thread only.
 */
final class Cancellations {
    private static final Logger LOG = LoggerFactory.getLogger(Cancellations.class);
    private static final int MOST = 10;
    /** To add up more jobs costs etcd so much that hundreds of pods must not do it at once. */
    private static final int FEW_JOBS = 1000;
    private static final int ONE_OF = 10;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Etcd etcd;
    private final Cancellation cancellation;
    private final Outstanding outstanding;
    private final Webhooks webhooks;
    private final Backoff pause = new Backoff(SOON, Duration.ofSeconds(30));
    private final Trouble trouble = new Trouble(LOG, "cancel");
    private long tryAgainAt = System.nanoTime();

    Cancellations(Etcd etcd, Tree tree, Outstanding outstanding, Webhooks webhooks) {
        this.etcd = etcd;
        this.cancellation = new Cancellation(etcd, tree,
                settings -> webhooks.isWantedBy(settings) ? DoneJobs.NEW : null);
        this.outstanding = outstanding;
        this.webhooks = webhooks;
    }

    /** @return the pause before the next look, if some are left */
    Optional<Duration> run(Look look) throws InterruptedException {
        List<Request> all = new ArrayList<>(look.requests().stream()
                .filter(request -> request.control().cancelled()).toList());
        Collections.shuffle(all, ThreadLocalRandom.current()); // other pods see the same ones
        List<Request> some = System.nanoTime() - tryAgainAt < 0 ? List.of()
                : all.stream().filter(Cancellations::isDue).limit(MOST).toList();
        int ended = 0;
        try {
            for (Request request : some) {
                long revision = cancellation.end(request, look.settings());
                if (revision > 0) {
                    outstanding.countAgain();
                    webhooks.ended(request.id(), revision);
                    ended++;
                }
                pause.reset();
            }
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
            tryAgainAt = System.nanoTime() + pause.next().toNanos();
        } catch (RuntimeException e) { // the keys of one request caused it; a later look may try others first
            trouble.failed("a request cannot be cancelled: " + e);
            tryAgainAt = System.nanoTime() + pause.next().toNanos();
        }
        Duration rest = Duration.ofNanos(tryAgainAt - System.nanoTime());
        return ended == all.size() ? Optional.empty() : Optional.of(rest.compareTo(SOON) > 0 ? rest : SOON);
    }

    private static boolean isDue(Request request) {
        return !request.begun() || request.terms().jobs() <= FEW_JOBS
                || ThreadLocalRandom.current().nextInt(ONE_OF) == 0;
    }
}
