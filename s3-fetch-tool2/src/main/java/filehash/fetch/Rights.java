package filehash.fetch;

/**
 * Whether S3 is known to keep refusing what it refuses, in one run. It outlives an attempt: otherwise each job of a run
 * would wait for its first refused object. One thread's.
 */
final class Rights {
    private String run = "";
    private boolean steady;

    /** Forgets what it knew of another run. */
    Rights of(String next) {
        steady &= run.equals(next);
        run = next;
        return this;
    }

    void are(boolean nowSteady) {
        steady = nowSteady;
    }

    boolean areSteady() {
        return steady;
    }
}
