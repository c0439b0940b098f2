package filehash.init.tree;

import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.program.Json;

/**
 * Attempts at a job in a row that stored nothing: those that gave up with a reason, and those that lost their pod. Too
 * many of either park the job: its error key then holds them until a user deletes it.
 */
public record Failures(int gaveUp, int lost, String reason) {
    public static final Failures NONE = new Failures(0, 0, "");

    /** Pods are lost more often than they give up for reasons that are not the job's. */
    private static final int LOST_PER_GIVEN_UP = 3;

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
