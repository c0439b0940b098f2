package filehash.init;

import filehash.pod.Conf;
import filehash.pod.GiveUp;

/** Work that proceeds as far as a test permits. */
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

    /** Permits so many rows, of perhaps more. */
    Gate rows(long upTo) {
        rows = upTo;
        return this;
    }

    /** Permits the end of the job: there are no more rows. */
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

    void succeed() {
        failure = null;
    }
}
