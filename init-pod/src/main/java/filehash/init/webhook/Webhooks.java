package filehash.init.webhook;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.program.Metrics;
import filehash.program.Trouble;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts the summary of each request that ends, at least once. The transaction that ends the request writes a mark. A
 * pod that tries rewrites the mark first, by a comparison with the revision that it read, and removes it after the
 * receiver has accepted the post. So normally one pod posts, and another goes on when that one has died. The downside:
 * a pod that stands still for half a minute in mid-post leads to a second post, with the same webhook-id. The version
 * of the mark in etcd counts the tries; after about a day they end. One post at a time is on its way, and the loop that
 * works on a job does not wait for it. Main thread only.
 */
public final class Webhooks {
    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
    /** They take a day on average, with pauses of up to a quarter of an hour. */
    private static final int MOST_TRIES = 135;
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration UNWANTED = Duration.ofMinutes(1);

    private final Etcd etcd;
    private final Tree tree;
    private final ConfSource conf;
    private final Courier courier;
    private final LongSupplier clock;
    private final Trouble trouble = new Trouble(LOG, "webhook");
    private final Marks marks;
    private final LongAdder accepted;
    private final LongAdder failed;
    private volatile int waiting;
    private Optional<Boolean> wanted = Optional.empty();
    private Posting current;
    private long againAt;

    /** @param clock counts nanoseconds */
    public Webhooks(Etcd etcd, Tree tree, ConfSource conf, String host, Post post, LongSupplier clock,
            Metrics metrics) {
        this.etcd = etcd;
        this.tree = tree;
        this.conf = conf;
        this.marks = new Marks(tree);
        this.courier = new Courier(etcd, tree, conf, host, post);
        this.clock = clock;
        this.accepted = counter(metrics, "accepted");
        this.failed = counter(metrics, "failed");
        metrics.gauge("filehash_webhooks_waiting", "Summaries that are not posted yet, as last seen", () -> waiting);
    }

    private static LongAdder counter(Metrics metrics, String result) {
        return metrics.counter("filehash_webhook_posts_total", "Posts of the summary of a request by this pod",
                "result", result);
    }

    /** Learns from a look which summaries are to be posted. */
    public void see(Snapshot settings) {
        wanted = Optional.of(isWantedBy(settings));
        marks.see(settings, clock.getAsLong());
        waiting = marks.size();
    }

    /** The page of marks that the next look is to read. */
    public Range next() {
        return marks.next();
    }

    /** Forgets all, because etcd was restored. */
    public void forget() {
        marks.forget();
    }

    /** Whether /conf names a URL; if it cannot be read now, it counts as one. */
    public boolean isWantedBy(Snapshot settings) {
        try {
            return conf.receiver(settings).isPresent();
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** Whether the transaction that ends a request is to write a mark. */
    public boolean areWanted() throws IOException, InterruptedException {
        if (wanted.isEmpty()) {
            wanted = Optional.of(isWantedBy(etcd.read(Range.folder(tree.conf()))));
        }
        return wanted.get();
    }

    /** This pod ended a request, by a transaction of this revision. */
    public void ended(String request, long revision) throws IOException, InterruptedException {
        if (areWanted()) {
            marks.put(Mark.ended(request, revision, clock.getAsLong()));
            waiting = marks.size();
        }
    }

    /** Whether summaries are to be posted that this pod knows of. */
    public boolean areWaiting() {
        return wanted.orElse(false) && marks.size() > 0;
    }

    boolean isPosting() {
        return current != null;
    }

    /** Takes the next step that is due; the loop calls it at each of its own. */
    public void step() throws InterruptedException {
        if (current != null) {
            settle();
        } else if (wanted.isPresent()) {
            Optional<Mark> due = marks.due(clock.getAsLong());
            if (due.isPresent() && wanted.get()) {
                begin(due.get());
            } else if (due.isPresent()) {
                drop(due.get());
            }
        }
    }

    /** There is no URL: a mark that is not decided goes, and any other waits for one. */
    private void drop(Mark mark) throws InterruptedException {
        try {
            marks.put(mark.after(UNWANTED, clock.getAsLong()));
            courier.drop(mark);
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
        }
    }

    private void begin(Mark mark) throws InterruptedException {
        marks.put(mark.after(RETRY, clock.getAsLong())); // unless all goes well
        try {
            Optional<Posting> taken = courier.take(mark);
            if (taken.isEmpty()) {
                marks.remove(mark); // another pod tries, or has posted it; the next look shows it
                return;
            }
            current = taken.get();
            marks.put(current.mark());
            againAt = clock.getAsLong();
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
        }
    }

    private void settle() throws InterruptedException {
        long now = clock.getAsLong();
        if (!current.isAnswered() || now - againAt < 0) {
            return;
        }
        String problem = current.problem();
        Mark mark = current.mark();
        if (problem != null && mark.tries() < MOST_TRIES) {
            failed.increment();
            trouble.failed(problem);
            marks.put(mark.afterPause(now));
            current = null;
            return;
        }
        againAt = now + RETRY.toNanos();
        try {
            courier.enter(mark, problem);
            current = null;
            marks.remove(mark);
            waiting = marks.size();
            entered(mark, problem);
        } catch (IOException e) {
            etcd.trouble().failed(e.getMessage());
        }
    }

    private void entered(Mark mark, String problem) {
        if (problem == null) {
            accepted.increment();
            trouble.over();
            LOG.info("{}: its summary is posted", Text.named(mark.request()));
        } else {
            failed.increment();
            LOG.warn("{}: its summary is not posted, after {}: {}", Text.named(mark.request()),
                    mark.tries() == 1 ? "1 try" : mark.tries() + " tries", problem);
        }
    }
}
