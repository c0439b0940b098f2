package filehash.init;

import filehash.pod.Program;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode in which the pod ends once nothing is outstanding. Its exit code speaks only of jobs that were parked since
 * it began: one that a user left parked last month does not fail each Kubernetes Job after it. The main thread's.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final boolean on;
    private final Outstanding outstanding;
    private long since;
    private int exitCode = Program.DONE;

    Drain(boolean on, Outstanding outstanding) {
        this.on = on;
        this.outstanding = outstanding;
    }

    boolean isOver(Look look) throws IOException, InterruptedException {
        since = since == 0 ? look.settings().revision() : since;
        if (!on || look.outstanding() > 0 || !outstanding.tell(look)) {
            return false;
        }
        for (Request request : look.requests()) {
            if (!request.begun()) {
                LOG.warn("request {} is left: {}", request.id(),
                        request.problem() == null ? "incomplete" : request.problem());
            }
        }
        int parked = look.parkedAfter(since);
        exitCode = parked > 0 ? Program.JOBS_PARKED : Program.DONE;
        LOG.info("nothing is outstanding; {} jobs were parked meanwhile, {} are parked in all", parked, look.parked());
        return true;
    }

    int exitCode() {
        return exitCode;
    }
}
