package filehash.fetch;

import filehash.fetch.plan.Decision;
import filehash.fetch.plan.Survey;
import filehash.fetch.s3.Bucket;
import filehash.fetch.transfer.Retry;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.program.StopSignal;
import filehash.program.Threads;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a folder beside the work on it, where hex names that are spread evenly needed no listing. A few streams list
 * the folder; then count.json repeats the plan with the exact totals. If that fails or is closed, the totals stay an
 * estimate, which harms nothing else.
 */
final class Recount implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recount.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** It cuts nothing, so it keeps few. */
    private static final int PIECES = 64;

    private final SharedDirectory directory;
    private final PlanFin estimate;
    private final Survey survey;
    private final SurveyStreams streams;
    private final StopSignal stop = new StopSignal();

    private Recount(SharedDirectory directory, PlanFin estimate, Survey survey, SurveyStreams streams) {
        this.directory = directory;
        this.estimate = estimate;
        this.survey = survey;
        this.streams = streams;
    }

    /**
     * @param root the length of the root
     * @param count how many streams list at once
     */
    static Recount start(SharedDirectory directory, PlanFin estimate, Bucket bucket, Retry retry, int root, int count) {
        Survey survey = new Survey(count, false, PIECES);
        Recount recount = new Recount(directory, estimate, survey,
                SurveyStreams.start(bucket, retry, survey, root, count));
        Threads.named("recount-").newThread(recount::run).start();
        return recount;
    }

    private void run() {
        try {
            boolean over = false;
            while (!over && !stop.requested()) {
                over = streams.await(LOOK);
            }
            if (over) {
                PlanFin exact = Decision.counted(estimate, survey);
                directory.write(PodFile.COUNT, exact);
                LOG.info("counted {} objects of {} bytes beside the work", exact.plan().total().objects(),
                        exact.plan().total().bytes());
            }
        } catch (GiveUp | IOException e) {
            LOG.warn("the totals of the plan stay an estimate: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; the thread ends
        } finally {
            streams.close();
        }
    }

    /** Leaves the totals an estimate, unless they are known by now. */
    @Override
    public void close() {
        stop.request();
        streams.close();
    }
}
