package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Text;
import filehash.program.Program;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode in which the pod ends once nothing is outstanding. Its exit code counts only jobs that were parked since the
 * drain began: a job that was parked last month does not fail each Kubernetes Job after it. Main thread only.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private static final int TRIES = 5;

    private final boolean on;
    private final Outstanding outstanding;
    private long since;
    private int failures;
    private int exitCode = Program.DONE;

    Drain(boolean on, Outstanding outstanding) {
        this.on = on;
        this.outstanding = outstanding;
    }

    /** Jobs that are parked after this revision decide the exit code. An etcd that was restored has a lower one. */
    void begins(long revision) {
        since = since == 0 ? revision : Math.min(since, revision);
    }

    boolean isOver(Look look) throws IOException, InterruptedException {
        begins(look.settings().revision());
        if (!on || look.outstanding() > 0 || !published(look)) {
            return false;
        }
        for (Request request : look.requests()) {
            if (!request.begun() || request.error() != null) {
                String why = request.begun() ? request.error() : request.problem();
                LOG.warn("{} is left: {}", Text.named(request.id()), why == null ? "incomplete" : Text.error(why));
            }
        }
        int parked = look.parkedAfter(since);
        exitCode = parked > 0 ? Program.JOBS_PARKED : Program.DONE;
        LOG.info("nothing is outstanding; {} jobs were parked meanwhile, {} are parked in all", parked, look.parked());
        return true;
    }

    /** A pod that has no right to write the count gives up after some tries and ends. */
    private boolean published(Look look) throws IOException, InterruptedException {
        try {
            return outstanding.publish(look);
        } catch (IOException e) {
            failures++;
            if (failures < TRIES) {
                throw e;
            }
            LOG.warn("ends, but could not write the count of outstanding jobs: {}", e.getMessage());
            return true;
        }
    }

    int exitCode() {
        return exitCode;
    }
}
