package filehash.fetch;

import filehash.fetch.http.Quota;
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

    private final RetryPolicy policy;
    private final Throttle throttle;
    private final RequestTimes times;
    private final Quota quota = new Quota();
    private final LimitsFile limits;
    /** Null at first and after an attempt that ended early. */
    private Clients clients;
    private ThreadPoolExecutor workers;
    private ExecutorService spare;
    /** What is counted beside the work; null at first and after an attempt that ended early. */
    private Recount recount;

    Connections(SharedDirectory directory, int most, RetryPolicy policy, Metrics metrics) {
        this.policy = policy;
        this.throttle = new Throttle(most);
        this.times = new RequestTimes(metrics);
        this.limits = new LimitsFile(directory, quota);
    }

    /** Opens the clients for this job, unless those of the last one will do. */
    Bucket open(Conf conf) throws GiveUp {
        limits.read();
        if (clients != null && !clients.serve(conf.s3())) {
            close();
        }
        if (clients == null) {
            clients = Clients.open(conf.s3(), policy.maxListTimeout(), System.getenv(), times, quota);
            workers = new ThreadPoolExecutor(throttle.most(), throttle.most(), 0, TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(), Threads.named("fetch-"));
            spare = Executors.newCachedThreadPool(Threads.named("hedge-"));
        }
        return new Bucket(conf, policy.listTimeout(), policy.maxListTimeout(), clients);
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

    /** Has this count go on until it is over, or these connections are closed, or another one takes its place. */
    void beside(Recount next) {
        endRecount();
        recount = next;
    }

    private void endRecount() {
        if (recount != null) {
            recount.close();
            recount = null;
        }
    }

    /** Aborts the requests under way. */
    @Override
    public void close() {
        endRecount();
        if (clients != null) {
            clients.close();
            workers.shutdownNow();
            spare.shutdownNow();
            clients = null;
        }
    }
}
