package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.tree.Look;
import filehash.init.tree.Request;
import filehash.init.tree.Text;
import filehash.init.webhook.Webhooks;
import filehash.program.Program;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode in which the pod ends once nothing is outstanding. Its exit code counts only jobs that were parked since the
 * drain began: a job that was parked last month does not fail each Kubernetes Job after it. Main thread only.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private static final int TRIES = 5;
    /** How long the pod waits for posts of summaries before it ends; another pod then goes on with them. */
    private static final Duration POSTS = Duration.ofMinutes(1);
    private static final Duration SOON = Duration.ofMillis(200);

    private final boolean on;
    private final Outstanding outstanding;
    private final Webhooks webhooks;
    private long since;
    private long idleSince;
    private int failures;
    private int exitCode = Program.DONE;

    Drain(boolean on, Outstanding outstanding, Webhooks webhooks) {
        this.on = on;
        this.outstanding = outstanding;
        this.webhooks = webhooks;
    }

    /** Jobs that are parked after this revision decide the exit code. An etcd that was restored has a lower one. */
    void begins(long revision) {
        since = since == 0 ? revision : Math.min(since, revision);
    }

    /** Ends the drain if nothing is left to do by this look. Returns whether it has ended. */
    boolean tryEnd(Look look) throws IOException, InterruptedException {
        begins(look.settings().revision());
        if (!on || look.outstanding() > 0 || !tryPublish(look)) {
            idleSince = 0;
            return false;
        }
        if (posts()) {
            outstanding.lookAgain(SOON);
            return false;
        }
        for (Request request : look.requests()) {
            if (!request.begun() || request.error() != null || request.control().paused()) {
                String why = request.control().paused() ? "paused"
                        : request.begun() || request.waits() ? request.error() : request.problem();
                LOG.warn("{} is left: {}", Text.named(request.id()), why == null ? "incomplete" : Text.error(why));
            }
        }
        int parked = look.parkedAfter(since);
        exitCode = parked > 0 ? Program.JOBS_PARKED : Program.DONE;
        LOG.info("nothing is outstanding; jobs parked meanwhile: {}, in all: {}", parked, look.parked());
        return true;
    }

    /** Whether summaries are still being posted. */
    private boolean posts() {
        long now = System.nanoTime();
        idleSince = idleSince == 0 ? now : idleSince;
        if (!webhooks.areWaiting()) {
            return false;
        }
        if (now - idleSince > POSTS.toNanos()) {
            LOG.warn("ends, but not all summaries are posted: the next pod goes on with them");
            return false;
        }
        return true;
    }

    /** A pod that has no right to write the count gives up after some tries and ends. */
    private boolean tryPublish(Look look) throws IOException, InterruptedException {
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
