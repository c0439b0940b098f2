package filehash.fetch;

/**
 * Remembers whether rights are steady in a run: S3 keeps refusing what it has refused. This outlives an attempt;
 * otherwise each job of a run would wait for its first refused object. Owned by one thread.
 */
final class Rights {
    private String run = "";
    private boolean steady;

    /** Forgets another run. */
    Rights of(String next) {
        steady &= run.equals(next);
        run = next;
        return this;
    }

    void setSteady(boolean nowSteady) {
        steady = nowSteady;
    }

    boolean areSteady() {
        return steady;
    }
}
