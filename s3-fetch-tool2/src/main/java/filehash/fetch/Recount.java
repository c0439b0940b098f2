package filehash.fetch;

import filehash.fetch.plan.Decision;
import filehash.fetch.plan.Survey;
import filehash.fetch.s3.Clients;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.program.Plural;
import filehash.program.StopSignal;
import filehash.program.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a folder beside the work on it, where hex names that are spread evenly needed no listing. A few streams list
 * the folder; then count.json repeats the plan with the exact totals. It goes on for as long as this pod works on the
 * run, and waits while a limit is in force or S3 throttles. If it ends early, the totals stay an estimate, which harms
 * nothing else.
 */
final class Recount implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Recount.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** The longest time between two jobs of the run. */
    private static final long IDLE = Duration.ofSeconds(10).toNanos();
    /** It cuts nothing, so it keeps few. */
    private static final int PIECES = 64;

    private final SharedDirectory directory;
    private final PlanFin estimate;
    private final String run;
    private final Survey survey;
    private final SurveyStreams streams;
    private final Clients clients;
    private final StopSignal stop = new StopSignal();

    /**
     * @param run the run that began with the estimate
     * @param clients those of the streams; closed with them
     */
    Recount(SharedDirectory directory, PlanFin estimate, String run, Survey survey, SurveyStreams streams,
            Clients clients) {
        this.directory = directory;
        this.estimate = estimate;
        this.run = run;
        this.survey = survey;
        this.streams = streams;
        this.clients = clients;
    }

    /** @param count how many streams list at once */
    static Survey survey(int count) {
        return new Survey(count, false, PIECES);
    }

    Recount start() {
        Threads.named("recount-").newThread(this::run).start();
        return this;
    }

    private void run() {
        try {
            count();
        } catch (GiveUp | IOException | IllegalArgumentException e) {
            LOG.warn("the totals of the plan stay an estimate: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that; the thread ends
        } finally {
            streams.close();
            clients.close();
        }
    }

    private void count() throws GiveUp, IOException, InterruptedException {
        long workedAt = System.nanoTime();
        while (!streams.await(LOOK)) {
            Optional<Conf.Switch> order = directory.order();
            workedAt = order.isPresent() ? System.nanoTime() : workedAt;
            boolean elsewhere = order.isPresent() && !order.get().id().run().equals(run);
            if (stop.requested() || elsewhere || System.nanoTime() - workedAt > IDLE) {
                LOG.info("the totals of the plan stay an estimate: the work on run {} has ended", run);
                return;
            }
        }
        PlanFin exact = Decision.counted(estimate, survey);
        directory.write(PodFile.COUNT, exact);
        LOG.info("counted {} of {} beside the work", Plural.of(exact.plan().total().objects(), "object"),
                Plural.of(exact.plan().total().bytes(), "byte"));
    }

    /** Leaves the totals an estimate, unless they are known by now. */
    @Override
    public void close() {
        stop.request();
        streams.close();
    }
}
