package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Txn;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import filehash.program.Metrics;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * Keeps /stats/outstanding right, which an autoscaler reads. The count comes from a look each time, and is written
 * apart from the claims, so that they do not contend for it. The write compares the value that the same look read, so
 * an older count never replaces a newer one.
 *
 * <p>The pod whose transaction changes the count writes it. The others see the change through their watch and, unless
 * they see the key written first, write it themselves within two seconds (five if there are many requests); so it is
 * right even if the first pod died. A pod's own write does not cancel a change that happened after its look. All pods
 * count every half minute, also while they work on a job. Used by the main thread and by etcd's threads.
 */
public final class Outstanding {
    /** How often pods count in case they missed a change. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);
    /** The pause if looks are large; other pods, which hear of the change, wait longer. */
    private static final Duration PAUSE = Duration.ofMillis(2500);

    private final Etcd etcd;
    private final Tree tree;
    private final Metrics metrics;
    /** The revision of the last change that this pod knows of. */
    private long changedRevision;
    /** The revision of the last look whose count the key held. */
    private long countedRevision;
    /** The revision at which this pod last wrote the key. */
    private long ourRevision;
    /** The revision at which another pod last wrote it. */
    private long othersRevision;
    private boolean writing;
    private boolean pending = true;
    private long dueAt = System.nanoTime();
    private long lookAgainAt = dueAt;
    private long countNoSooner = dueAt;
    private boolean isLarge;

    public Outstanding(Etcd etcd, Tree tree, Metrics metrics) {
        this.etcd = etcd;
        this.tree = tree;
        this.metrics = metrics;
    }

    /** A transaction of this pod changed the count. If looks are large, several changes are counted together. */
    synchronized void changedByUs(long revision) {
        changedRevision = Math.max(changedRevision, revision);
        pending = true;
        dueAt = Math.max(System.nanoTime(), countNoSooner);
    }

    /** The count may have changed. */
    public synchronized void countAgain() {
        postpone(0, 1);
    }

    /** The next look has work to do but nothing to count; a change is still counted at once. */
    public synchronized void lookAgain(Duration pause) {
        long at = System.nanoTime() + pause.toNanos();
        lookAgainAt = at - lookAgainAt < 0 ? at : lookAgainAt;
    }

    /** A look or a count failed. */
    public synchronized void retryLater(Duration pause) {
        postpone((int) pause.toMillis() / 2, (int) pause.toMillis());
    }

    /** etcd was restored: its revisions begin again at a lower one. */
    public synchronized void forget() {
        changedRevision = 0;
        countedRevision = 0;
        ourRevision = 0;
        othersRevision = 0;
        postpone(0, 1);
    }

    /** A watch saw a change of the count. */
    public synchronized void changed(long revision) {
        changedRevision = Math.max(changedRevision, revision);
        if (!pending && changedRevision > Math.max(countedRevision, othersRevision)) {
            int pause = (int) pause().toMillis();
            postpone(pause + 900, pause + 1700);
        }
    }

    /**
     * A watch saw the key written. The event may come after a later write of this pod. Then it does not count: that
     * write was ours, or the look that we counted by has seen it.
     */
    public synchronized void written(long revision) {
        if (!writing && revision > ourRevision) {
            othersRevision = Math.max(othersRevision, revision);
            pending &= changedRevision > othersRevision;
        }
    }

    /** Whether it is time to look and count. */
    public synchronized boolean due() {
        return System.nanoTime() - (pending ? dueAt : lookAgainAt) >= 0;
    }

    /**
     * Writes the count of this look if the key holds another one.
     *
     * @return whether the key holds the count now
     */
    public boolean publish(Look look) throws IOException, InterruptedException {
        show(look);
        String count = Long.toString(look.outstanding());
        boolean right = count.equals(look.published());
        if (!right) {
            Txn txn = etcd.txn("write " + tree.outstanding()).ifUnchanged(tree.outstanding(), look.settings())
                    .put(tree.outstanding(), count);
            right = write(txn);
        }
        synchronized (this) {
            if (right) {
                countedRevision = look.settings().revision();
                isLarge = look.isLarge();
                countNoSooner = System.nanoTime() + pause().toNanos();
                pending = changedRevision > countedRevision;
                lookAgainAt = System.nanoTime() + LOOK_AGAIN.toNanos();
            }
            if (pending || !right) {
                postpone(100, 500);
            }
        }
        return right;
    }

    private void show(Look look) {
        long outstanding = look.outstanding();
        int parked = look.parked();
        metrics.gauge("filehash_jobs_outstanding", "Jobs unclaimed and in progress, over all requests, as last seen",
                () -> outstanding);
        metrics.gauge("filehash_jobs_parked", "Jobs that failed too often, as last seen", () -> parked);
        Map<Request.State, Long> states = look.requests().stream()
                .collect(Collectors.groupingBy(Request::state, Collectors.counting()));
        for (Request.State state : Request.State.values()) {
            long requests = states.getOrDefault(state, 0L);
            metrics.gauge("filehash_requests", "Requests below /req, as last seen", () -> requests,
                    "state", state.name().toLowerCase(Locale.ROOT));
        }
    }

    private boolean write(Txn txn) throws IOException, InterruptedException {
        synchronized (this) {
            writing = true;
            postpone(100, 500);
        }
        boolean written = false;
        try {
            written = txn.commit();
            return written;
        } finally {
            synchronized (this) {
                writing = false;
                ourRevision = written ? txn.revision() : ourRevision;
            }
        }
    }

    private Duration pause() {
        return isLarge ? PAUSE : Duration.ZERO;
    }

    private void postpone(int leastMillis, int mostMillis) {
        pending = true;
        dueAt = System.nanoTime()
                + Duration.ofMillis(ThreadLocalRandom.current().nextInt(leastMillis, mostMillis)).toNanos();
    }
}
