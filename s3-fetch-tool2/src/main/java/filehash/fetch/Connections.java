package filehash.fetch;

import filehash.fetch.http.Quota;
import filehash.fetch.plan.Survey;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.RequestTimes;
import filehash.fetch.transfer.Retry;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.Throttle;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.SharedDirectory;
import filehash.program.Metrics;
import filehash.program.Threads;
import filehash.program.Trouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What jobs and plans need to reach S3: the limit on concurrent requests, and the clients with their threads. They are
 * kept for the next job, so it finds connections open. Owned by one thread.
 */
final class Connections implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    /** Beside the work, one of so many connections counts. */
    private static final int SHARE_OF_RECOUNT = 16;
    /** More of them would need memory that objects need. */
    private static final int MOST_STREAMS = 4;

    private final SharedDirectory directory;
    private final RetryPolicy policy;
    private final Throttle throttle;
    private final RequestTimes times;
    private final Quota quota = new Quota();
    private final LimitsFile limits;
    /** Null at first and after an attempt that ended early. */
    private Clients clients;
    private ThreadPoolExecutor workers;
    private ExecutorService spare;
    /** The last plan, if a job of its run is to begin a count; or null. */
    private Uncounted uncounted;
    /** What is counted beside the work, or was; or null. */
    private Recount recount;

    Connections(SharedDirectory directory, int most, RetryPolicy policy, Metrics metrics) {
        this.directory = directory;
        this.policy = policy;
        this.throttle = new Throttle(most);
        this.times = new RequestTimes(metrics);
        this.limits = new LimitsFile(directory, quota);
    }

    /** Opens the clients for this job, unless those of the last one will do. */
    Bucket open(Conf conf) throws GiveUp {
        limits.read();
        if (clients != null && !clients.serve(conf.s3())) {
            closeClients();
        }
        if (clients == null) {
            clients = clients(conf);
            workers = new ThreadPoolExecutor(throttle.most(), throttle.most(), 0, TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(), Threads.named("fetch-"));
            spare = Executors.newCachedThreadPool(Threads.named("hedge-"));
        }
        return bucket(conf, clients);
    }

    private Clients clients(Conf conf) throws GiveUp {
        return Clients.open(conf.s3(), policy.maxListTimeout(), System.getenv(), times, quota);
    }

    private Bucket bucket(Conf conf, Clients by) {
        return new Bucket(conf, policy.listTimeout(), policy.maxListTimeout(), by);
    }

    Retry retry(Bucket bucket, FetcherCounts counts) {
        return new Retry(new Trouble(LOG, bucket.toString()), throttle, counts.repeated(), policy);
    }

    /** Takes over what has changed in limits.json. Each step of a loop calls it. */
    void keepToLimits() {
        limits.look();
    }

    Quota quota() {
        return quota;
    }

    Throttle throttle() {
        return throttle;
    }

    /** The threads that download, one for each request. */
    ThreadPoolExecutor workers() {
        return workers;
    }

    /** Threads that start at once. */
    ExecutorService spare() {
        return spare;
    }

    /** Has the folder of this plan counted beside the work, if the next job is of its run. */
    void countLater(Uncounted plan) {
        uncounted = plan;
    }

    /** To be called when a job begins. A count has clients of its own, because it outlives those of the jobs. */
    void countBeside(Conf job, FetcherCounts counts) throws GiveUp {
        Uncounted plan = uncounted;
        uncounted = null;
        int count = Math.min(MOST_STREAMS, throttle.most() / SHARE_OF_RECOUNT);
        if (plan == null || count == 0 || !plan.isFor(job)) {
            return;
        }
        endRecount();
        Clients own = clients(plan.planning());
        Bucket bucket = bucket(plan.planning(), own);
        Survey survey = Recount.survey(count);
        SurveyStreams streams = SurveyStreams.beside(bucket, retry(bucket, counts), survey,
                plan.planning().root().length(), count, () -> quota.isSet() || throttle.limit() < throttle.most());
        recount = new Recount(directory, plan.estimate(), job.id().run(), survey, streams, own).start();
    }

    private void endRecount() {
        if (recount != null) {
            recount.close();
            recount = null;
        }
    }

    /** Aborts the requests under way, those of a count too: an attempt has ended early. */
    @Override
    public void close() {
        endRecount();
        closeClients();
    }

    private void closeClients() {
        if (clients != null) {
            clients.close();
            workers.shutdownNow();
            spare.shutdownNow();
            clients = null;
        }
    }
}
