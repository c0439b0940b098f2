package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.claim.Plans;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Watches;
import filehash.init.tree.Look;
import filehash.init.webhook.Webhooks;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;

/** The steps that each loop of init-pod takes, whether it searches, works on a job, or plans. Main thread only. */
final class Steps {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Etcd etcd;
    private final Watches watches;
    private final Looks looks;
    private final Outstanding outstanding;
    private final Living living;
    private final Webhooks webhooks;
    private final LimitsUpkeep limits;
    private final Plans plans;
    private final Health health;
    private final StopSignal signal;
    private final Backoff counting = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));

    Steps(Etcd etcd, Watches watches, Looks looks, Outstanding outstanding, Living living, Webhooks webhooks,
            LimitsUpkeep limits, Plans plans, Health health, StopSignal signal) {
        this.etcd = etcd;
        this.watches = watches;
        this.looks = looks;
        this.outstanding = outstanding;
        this.living = living;
        this.webhooks = webhooks;
        this.limits = limits;
        this.plans = plans;
        this.health = health;
        this.signal = signal;
    }

    void tick() throws InterruptedException {
        health.beat();
        watches.keepOpen();
        living.look();
        if (!signal.requested()) {
            webhooks.step();
            plans.totals().step();
        }
    }

    /** Ticks, and keeps to limits, looks and counts if that is due. */
    void takeDue() throws InterruptedException {
        tick();
        if (!signal.requested()) {
            limits.step();
        }
        if (outstanding.due() && !signal.requested()) {
            try {
                takeIn(looks.next());
            } catch (IOException e) {
                outstanding.retryLater(SOON);
                etcd.trouble().failed(e.getMessage());
            }
        }
    }

    /** Counts if it is due, and orders another look if this one left upkeep undone. */
    void takeIn(Look look) throws InterruptedException {
        if (outstanding.due()) {
            count(look);
        }
        looks.unfinished().ifPresent(outstanding::lookAgain);
    }

    /** A failure does not keep the pod from claiming. */
    private void count(Look look) throws InterruptedException {
        try {
            outstanding.publish(look);
            counting.reset();
        } catch (IOException e) {
            outstanding.retryLater(counting.next());
            etcd.trouble().failed(e.getMessage());
        }
    }
}
