package filehash.fetch.transfer;

import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.Pages;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.StartAfter;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import filehash.program.StopSignal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of the job after the watermark, in the order of their names. Its own thread requests the pages. The queue
 * holds at most one page, so the next page is requested while the last one is consumed, and memory does not depend on
 * the number of objects. The methods belong to one thread, except where they state otherwise.
 */
public final class Listing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Listing.class);
    private static final int QUEUE = 1000;

    private final Bucket bucket;
    private final Conf conf;
    private final Retry retry;
    private final StopSignal stop = new StopSignal();
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(QUEUE);
    private final Thread thread = new Thread(this::run, "list");
    private final Deque<Item> givenBack = new ArrayDeque<>();
    private final String stored;
    private final String after;
    private String previous;
    private long taken;
    private volatile boolean complete;
    private volatile GiveUp failure;

    /** @param last the watermark: the name of the last stored object, or empty */
    private Listing(Bucket bucket, Conf conf, Retry retry, String last) {
        this.bucket = bucket;
        this.conf = conf;
        this.retry = retry;
        this.stored = last;
        this.after = after(conf, StartAfter.safe(conf.root(), last));
        this.previous = last.isEmpty() || after == null ? "" : after;
    }

    public static Listing start(Bucket bucket, Conf conf, Retry retry, String last) {
        Listing listing = new Listing(bucket, conf, retry, last);
        listing.thread.setDaemon(true);
        listing.thread.start();
        return listing;
    }

    /** Returns the next object without taking it, or null if it is not known yet or there is none. */
    public Item peek() throws GiveUp {
        if (failure != null) {
            throw failure;
        }
        return givenBack.isEmpty() ? queue.peek() : givenBack.peek();
    }

    public Item take() {
        taken++;
        return givenBack.isEmpty() ? queue.remove() : givenBack.remove();
    }

    /** Puts back the object that was taken last; it is the next again. */
    public void giveBack(Item item) {
        taken--;
        givenBack.push(item);
    }

    /** Whether all objects have been taken. */
    public boolean ended() {
        return complete && queue.isEmpty() && givenBack.isEmpty(); // complete is set after the last object was queued
    }

    /** The objects in the queue. May be called by any thread. */
    List<Item> ahead() {
        return List.copyOf(queue);
    }

    /** Whether the queue is as full as it gets. May be called by any thread. */
    boolean isAhead() {
        return complete || queue.remainingCapacity() == 0;
    }

    public long taken() {
        return taken;
    }

    @Override
    public void close() {
        stop.request();
        thread.interrupt();
    }

    private void run() {
        try {
            bucket.requireCredentials(); // here, because the main loop must not block
            Pages.Page<Item> page = page(null);
            while (queued(page) && page.next() != null) {
                page = page(page.next());
            }
            complete = true;
        } catch (GiveUp e) {
            failure = e;
        } catch (CancellationException | InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: no further object is taken
        } catch (RuntimeException | Error e) { // whatever it is: the loop waits for the next page
            LOG.debug("cannot list {}", bucket, e);
            failure = GiveUp.job("cannot list " + bucket + ": " + e);
        }
    }

    private Pages.Page<Item> page(String token) throws GiveUp, InterruptedException {
        try {
            return retry.until(stop, () -> bucket.list(after, token));
        } catch (Refusal e) {
            throw e.ends("cannot list " + bucket + ": " + e.getMessage());
        }
    }

    /** @return whether the job may have objects after this page */
    private boolean queued(Pages.Page<Item> page) throws GiveUp, InterruptedException {
        for (Item item : page.items()) {
            String name = item.name();
            if (name.isEmpty()) {
                continue; // the key is the prefix itself: the folder, not an object in it
            }
            if (Names.ORDER.compare(name, previous) <= 0) {
                throw GiveUp.root("the S3 server lists in another order than by UTF-8 bytes, or lists a name twice: '"
                        + name + "' after '" + previous + "' in " + bucket);
            }
            previous = name;
            if (conf.before() != null && Names.ORDER.compare(name, conf.before()) >= 0) {
                return false;
            }
            boolean isStored = Names.ORDER.compare(name, stored) <= 0;
            if (!isStored && (conf.id().job() == 0 || Names.ORDER.compare(name, conf.start()) >= 0)) {
                queue.put(item);
            }
        }
        return true;
    }

    /** The name for start-after, which S3 does not list itself: the watermark, or one just before the range. */
    private static String after(Conf conf, String stored) {
        String before = conf.id().job() == 0 ? ""
                : StartAfter.safe(conf.root(), StartAfter.justBefore(conf.start()));
        String after = Names.ORDER.compare(stored, before) < 0 ? before : stored;
        return after.isEmpty() ? null : after;
    }
}
