package filehash.fetch;

import filehash.fetch.plan.Survey;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Listed;
import filehash.fetch.s3.Pages;
import filehash.fetch.s3.Refusal;
import filehash.fetch.transfer.Retry;
import filehash.pod.GiveUp;
import filehash.program.StopSignal;
import filehash.program.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of a survey: threads that each list one page after the other. Long names need much memory while a page is
 * read, so fewer pages are under way then. This object guards the survey.
 */
final class SurveyStreams implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SurveyStreams.class);

    /** The most characters of keys under way. The SDK's copies of a page take some ten times as many bytes. */
    private static final long MOST_TEXT = 3_000_000;
    /** Beside the work, objects need memory too. */
    private static final long MOST_TEXT_BESIDE = MOST_TEXT / 4;
    private static final long LOOK_MILLIS = 1000;

    private final Bucket bucket;
    private final Retry retry;
    private final Survey survey;
    private final int root;
    private final long mostText;
    private final BooleanSupplier waits;
    private final StopSignal stop = new StopSignal();
    private final List<Thread> threads = new ArrayList<>();
    private GiveUp failure;
    private long longestPage = 1;
    private int underWay;

    private SurveyStreams(Bucket bucket, Retry retry, Survey survey, int root, long mostText, BooleanSupplier waits) {
        this.bucket = bucket;
        this.retry = retry;
        this.survey = survey;
        this.root = root;
        this.mostText = mostText;
        this.waits = waits;
    }

    /** @param root the length of the root, which each key begins with */
    static SurveyStreams start(Bucket bucket, Retry retry, Survey survey, int root, int count) {
        return new SurveyStreams(bucket, retry, survey, root, MOST_TEXT, () -> false).start("plan-", count);
    }

    /** @param waits whether the work needs all requests now */
    static SurveyStreams beside(Bucket bucket, Retry retry, Survey survey, int root, int count,
            BooleanSupplier waits) {
        return new SurveyStreams(bucket, retry, survey, root, MOST_TEXT_BESIDE, waits).start("count-", count);
    }

    private SurveyStreams start(String name, int count) {
        ThreadFactory named = Threads.named(name);
        for (int i = 0; i < count; i++) {
            threads.add(named.newThread(this::run));
        }
        threads.forEach(Thread::start);
        return this;
    }

    /** Waits until the survey is over or the time is. Returns whether the survey is over. */
    synchronized boolean await(Duration time) throws GiveUp, InterruptedException {
        if (!isOver()) {
            wait(time.toMillis());
        }
        if (failure != null) {
            throw failure;
        }
        return survey.isOver();
    }

    /** Whether anything was listed. */
    synchronized boolean hasBegun() {
        return survey.hasBegun();
    }

    /** Later answers do not change the survey. Requests that wait for their turn are not sent any more. */
    @Override
    public synchronized void close() {
        stop.request();
        notifyAll();
        threads.forEach(Thread::interrupt);
    }

    private void run() {
        try {
            bucket.requireCredentials(); // here, because the main loop must not block
            for (Survey.Request request = next(); request != null; request = next()) {
                send(request);
            }
        } catch (GiveUp e) {
            fail(e);
        } catch (CancellationException | InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        } catch (RuntimeException | Error e) { // whatever it is: the main loop waits for the survey
            LOG.debug("cannot list {}", bucket, e);
            fail(GiveUp.job("cannot list " + bucket + ": " + e));
        }
    }

    private void send(Survey.Request request) throws GiveUp, InterruptedException {
        try {
            answer(request, retry.until(stop, () -> bucket.survey(request.after(), request.token())));
        } catch (Refusal e) {
            if (!request.isDive() || e.ofAttempt()) {
                throw e.ends("cannot list " + bucket + ": " + e.getMessage());
            }
            LOG.debug("cannot list {} after '{}': {}", bucket, request.after(), e.getMessage());
            refused(request);
        }
    }

    private synchronized Survey.Request next() throws InterruptedException {
        Survey.Request next = null;
        while (!isOver() && next == null) {
            boolean may = !waits.getAsBoolean() && underWay < Math.max(1, mostText / longestPage);
            next = may ? survey.next() : null;
            if (next == null) {
                wait(LOOK_MILLIS);
            }
        }
        underWay++;
        return next;
    }

    private synchronized void answer(Survey.Request request, Pages.Page<Listed> page) throws GiveUp {
        underWay--;
        longestPage = Math.max(longestPage,
                page.items().stream().mapToLong(object -> root + object.name().length()).sum());
        if (!isOver()) {
            survey.answer(request, page);
            notifyAll();
        }
    }

    private synchronized void refused(Survey.Request dive) {
        underWay--;
        if (!isOver()) {
            survey.refused(dive);
            notifyAll();
        }
    }

    private synchronized void fail(GiveUp why) {
        failure = failure == null ? why : failure;
        notifyAll();
    }

    private boolean isOver() {
        return failure != null || stop.requested() || survey.isOver();
    }
}
