package filehash.init.etcd;

/**
 * Decides how many successive values of a contended counter one transaction offers. When many pods advance the same
 * key, the value just read is usually taken by the time we write; so we offer about as many values as others consumed
 * last time. A pod that is alone offers one. Owned by one thread.
 */
public final class Contention {
    /** etcd takes 128 operations, and adds up those of all alternatives: a claim has 8. */
    private static final int MOST = 15;

    private int ahead = 1;

    /** How many values to offer, from the one that was read on. */
    public int ahead() {
        return ahead;
    }

    /** @param index the offer that was written */
    public void met(int index) {
        ahead = Math.min(MOST, 2 * index + 1);
    }

    /** No offer was written; returns whether more offers at once may succeed. */
    public boolean reachFurther() {
        boolean further = ahead < MOST;
        ahead = MOST;
        return further;
    }
}
