package filehash.fetch;

import filehash.pod.Backoff;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.JobId;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Stop;
import filehash.pod.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of an attempt: waits for the hasher, then lists, downloads and publishes until all of the job's objects
 * are in files/, or were. One thread's.
 */
final class Fetcher {
    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);

    private final SharedDirectory directory;
    private final int filesLimit;
    private final long filesBytes;
    private final Stop signal;
    private final Runnable beat;

    /** @param beat called at each step */
    Fetcher(SharedDirectory directory, int filesLimit, long filesBytes, Stop signal, Runnable beat) {
        this.directory = directory;
        this.filesLimit = filesLimit;
        this.filesBytes = filesBytes;
        this.signal = signal;
        this.beat = beat;
    }

    /** @return nothing where it was stopped */
    Optional<S3Fin> run(Conf conf) throws GiveUp, IOException, InterruptedException {
        Optional<Progress> stored = hasherIsReady(conf.id());
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        directory.sweep();
        String last = stored.get().last();
        LOG.info("{} of request {}: fetches '{}' from '{}' to before '{}', after '{}'", conf.id(), conf.request(),
                conf.root(), conf.start(), conf.before(), last);
        ExecutorService workers = workers();
        try (Bucket bucket = Bucket.open(conf, filesLimit + 1)) {
            Retry retry = new Retry(new Trouble(LOG, bucket.toString()));
            Semaphore news = new Semaphore(0);
            try (Listing listing = Listing.start(bucket, conf, retry, last);
                    Window window = new Window(directory, filesLimit, filesBytes, workers,
                            download -> download.run(bucket, retry), news::release)) {
                if (!fetch(conf.id(), listing, window, news)) {
                    return Optional.empty();
                }
                return Optional.of(new S3Fin(conf.id(), stored.get().tally().objects() + listing.taken()));
            }
        } finally {
            workers.shutdownNow();
        }
    }

    /** What is stored, once nothing of an earlier time is left in files/: the hasher may be storing it still. */
    private Optional<Progress> hasherIsReady(JobId id) throws IOException, InterruptedException {
        Backoff pace = Backoff.polling();
        while (mayWork(id)) {
            if (directory.entries().isEmpty()) {
                Optional<Progress> progress =
                        directory.read(SharedDirectory.PROGRESS, Progress.class).filter(p -> p.id().equals(id));
                if (progress.isPresent()) {
                    return progress;
                }
            }
            signal.await(pace.next());
        }
        return Optional.empty();
    }

    /** @return whether all is published */
    private boolean fetch(JobId id, Listing listing, Window window, Semaphore news)
            throws GiveUp, IOException, InterruptedException {
        Backoff pace = Backoff.polling();
        while (mayWork(id)) {
            if (window.turn(listing)) {
                pace.reset();
            }
            if (window.idle() && listing.ended()) {
                return true;
            }
            Duration wait = pace.next();
            news.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
            news.drainPermits();
        }
        return false;
    }

    private boolean mayWork(JobId id) throws IOException {
        beat.run();
        return !signal.requested() && directory.saysWork(id);
    }

    private ExecutorService workers() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(filesLimit, task -> {
            Thread thread = new Thread(task, "fetch-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}
