package filehash.init;

/**
 * How many counts ahead a transaction is to reach at a key that a crowd of pods counts at: about as many as others have
 * counted between its read and its write lately. So a pod need not try again just because others are at work too, and
 * one that is alone sends no more than it must. One thread's.
 */
final class Crowd {
    /** etcd takes 128 operations, and adds up those of all alternatives: a claim has 7. */
    private static final int MOST = 16;

    private int ahead = 1;

    /** How many counts are worth a try, from the one that was read. */
    int ahead() {
        return ahead;
    }

    /** @param index which of them came through */
    void met(int index) {
        ahead = Math.min(MOST, 2 * index + 1);
    }

    /** None of them came through: whether it is worth to reach further at once. */
    boolean reachFurther() {
        boolean further = ahead < MOST;
        ahead = MOST;
        return further;
    }
}
