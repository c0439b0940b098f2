package filehash.init.webhook;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A mark in etcd, as this pod knows it: the summary of this request is to be posted. Main thread only.
 *
 * @param revision the revision that last wrote it: the fence of what this pod writes next
 * @param tries how often any pod tried
 * @param dueAt when this pod may try, by its own clock, as are all times here
 */
record Mark(String request, long revision, int tries, long dueAt) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final int DOUBLINGS = 10;
    /** Longer than a try takes, so that a pod which posts is left alone. */
    private static final Duration OTHERS = Duration.ofSeconds(30);

    /** This pod wrote it at the end of a request, and posts at once. */
    static Mark ended(String request, long revision, long now) {
        return new Mark(request, revision, 0, now);
    }

    /** A user or another pod wrote it. That pod posts unless it dies, so it has the lead; no clocks are compared. */
    static Mark ofOthers(String request, long revision, int tries, long now) {
        Duration lead = tries == 0 ? pause(2) : OTHERS.plus(pause(tries));
        return new Mark(request, revision, tries, now + lead.toNanos());
    }

    /** This pod has rewritten it, and is about to post. */
    Mark tried(long rewritten) {
        return new Mark(request, rewritten, tries + 1, dueAt);
    }

    Mark afterPause(long now) {
        return after(pause(tries), now);
    }

    Mark after(Duration pause, long now) {
        return new Mark(request, revision, tries, now + pause.toNanos());
    }

    boolean isDue(long now) {
        return now - dueAt >= 0;
    }

    /** Doubles from a second to a quarter of an hour, each shortened by up to a half. */
    private static Duration pause(int tries) {
        Duration full = FIRST.multipliedBy(1L << Math.max(0, Math.min(tries - 1, DOUBLINGS)));
        long most = Math.min(full.toNanos(), LONGEST.toNanos());
        return Duration.ofNanos(most - ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }
}
