package filehash.init.tree;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.program.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * Attempts at a job in a row that stored nothing: those that gave up with a reason, and those that lost their pod. Too
 * many of either park the job: its error key then holds them until a user deletes it.
 *
 * @param refused the refusals of a planning that came last, with no other failure between them, or null
 */
public record Failures(int gaveUp, int lost, String reason, @JsonInclude(Include.NON_NULL) @JacksonInject(
        value = "none was refused", optional = OptBoolean.TRUE) Refused refused) {
    public static final Failures NONE = new Failures(0, 0, "");

    /** Pods are lost more often than they give up for reasons that are not the job's. */
    private static final int LOST_PER_GIVEN_UP = 3;

    /**
     * Refusals in a row: how many there are depends on the number of pods, so their time counts.
     *
     * @param since the first
     * @param last by the clocks of the pods, as the first
     */
    public record Refused(Instant since, Instant last) {
        /** What took effect late, as new rights do, has passed by then. */
        private static final Duration LASTING = Duration.ofMinutes(2);

        /** Users may write anything. */
        public Refused {
            Objects.requireNonNull(since);
            Objects.requireNonNull(last);
        }

        public boolean lasts() {
            return Duration.between(since, last).compareTo(LASTING) >= 0;
        }
    }

    /** None that was refused. */
    public Failures(int gaveUp, int lost, String reason) {
        this(gaveUp, lost, reason, null);
    }

    public Failures {
        reason = reason == null ? "" : Text.error(reason);
    }

    /** @param json the key's value, or null if there is none */
    public static Failures read(String json) {
        try {
            return json == null ? NONE : Json.read(json, Failures.class);
        } catch (IllegalArgumentException e) {
            return NONE; // a user wrote it: the count starts over
        }
    }

    public Failures because(String why) {
        return new Failures(gaveUp, lost, why);
    }

    /** @param first whether those before were of something else */
    public Failures andRefused(String why, Instant now, boolean first) {
        return new Failures(gaveUp, lost, why, new Refused(first || refused == null ? now : refused.since(), now));
    }

    public Failures andGaveUp(String why) {
        return new Failures(gaveUp + 1, lost, why);
    }

    public Failures andLost() {
        return new Failures(gaveUp, lost + 1, reason.isEmpty() ? "its pod was lost" : reason);
    }

    public boolean tooMany(int maxAttempts) {
        return gaveUp >= maxAttempts || lost >= LOST_PER_GIVEN_UP * maxAttempts;
    }

    /**
     * Adds these failures to a transaction on the job's keys: as failures, or as the error that parks it. A parked job
     * is not outstanding; left is written again, unchanged, so that watches trigger a new count.
     *
     * @return whether the transaction parks the job
     */
    public boolean enter(Txn txn, Tree tree, String request, int job, int maxAttempts, Snapshot now) {
        JobKeys keys = tree.wip(request, job);
        if (!tooMany(maxAttempts)) {
            txn.put(keys.failures(), Json.write(this));
            return false;
        }
        String left = tree.request(request).left();
        txn.put(keys.error(), Json.write(this)).delete(keys.failures()).ifUnchanged(left, now);
        if (now.value(left) != null) {
            txn.put(left, now.value(left));
        }
        return true;
    }
}
