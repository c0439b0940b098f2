package filehash.init;

import filehash.pod.Conf;
import filehash.pod.GiveUp;

/** Work that goes as far as a test lets it. */
final class Gate implements Pod.Work {
    private volatile long rows;
    private volatile boolean ends;
    private volatile GiveUp failure;
    private volatile boolean failed;

    @Override
    public Next next(Conf conf, long stored) throws GiveUp {
        if (failure != null) {
            failed = true;
            throw failure;
        }
        return stored < rows ? Next.ROW : ends ? Next.END : Next.NOT_YET;
    }

    /** There are so many rows to be stored, and perhaps more. */
    Gate rows(long upTo) {
        rows = upTo;
        return this;
    }

    /** There are no more. */
    void end() {
        ends = true;
    }

    void goOn() {
        ends = false;
    }

    void fail(GiveUp how) {
        failure = how;
    }

    /** Whether it has failed. */
    boolean failed() {
        return failed;
    }

    void mend() {
        failure = null;
    }
}
