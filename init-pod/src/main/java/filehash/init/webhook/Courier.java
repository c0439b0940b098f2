package filehash.init.webhook;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.ConfSource;
import filehash.init.tree.DoneJobs;
import filehash.init.tree.DoneKeys;
import filehash.init.tree.Summary;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.program.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The two transactions around a post. Each compares the revision of the mark, so of several pods that try at once one
 * posts, and a pod that comes late removes no mark but its own. Main thread only.
 */
final class Courier {
    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final Etcd etcd;
    private final Tree tree;
    private final ConfSource conf;
    private final String host;
    private final Post post;

    Courier(Etcd etcd, Tree tree, ConfSource conf, String host, Post post) {
        this.etcd = etcd;
        this.tree = tree;
        this.conf = conf;
        this.host = host;
        this.post = post;
    }

    /** Rewrites the mark, and posts; empty if the mark is another one by now, or its summary was deleted. */
    Optional<Posting> take(Mark mark) throws IOException, InterruptedException {
        String key = tree.webhook(mark.request());
        DoneKeys done = tree.done(mark.request());
        Snapshot now = etcd.read(Range.key(key), Range.key(done.summary()), Range.folder(tree.conf()));
        String summary = now.value(done.summary());
        if (now.modified(key) != mark.revision()) {
            return Optional.empty();
        }
        if (summary == null) {
            LOG.info("{}: its summary was deleted, and is not posted", Text.named(mark.request()));
            etcd.txn("drop webhook of " + mark.request()).ifUnchanged(key, now).delete(key).commit();
            return Optional.empty();
        }
        Txn txn = etcd.txn("try webhook of " + mark.request()).ifUnchanged(key, now).put(key, host);
        return txn.commit() ? Optional.of(send(mark.tried(txn.revision()), summary, now)) : Optional.empty();
    }

    /** Removes the mark if it is to be posted only where there is a URL. */
    void drop(Mark mark) throws IOException, InterruptedException {
        String key = tree.webhook(mark.request());
        Snapshot now = etcd.read(Range.key(key));
        if (now.modified(key) == mark.revision() && DoneJobs.UNDECIDED.equals(now.value(key))) {
            etcd.txn("drop webhook of " + mark.request()).ifUnchanged(key, now).delete(key).commit();
        }
    }

    /** Sends the summary to the URL that /conf names now; a wrong setting is a failed post. */
    private Posting send(Mark mark, String summary, Snapshot settings) {
        String receiver = "";
        try {
            Target to = Target.of(conf.receiver(settings)
                    .orElseThrow(() -> new IllegalArgumentException("webhook_url is gone")));
            receiver = to + ": ";
            String run = Json.read(summary, Summary.class).run();
            if (run == null) {
                throw new IllegalArgumentException("the summary names no run");
            }
            return new Posting(mark, receiver, post.send(to, run, summary, Instant.now()));
        } catch (IllegalArgumentException e) {
            return new Posting(mark, receiver, CompletableFuture.failedFuture(e));
        }
    }

    /** Removes the mark, and writes what became of it unless a user has deleted the summary. May be repeated. */
    void enter(Mark mark, String problem) throws IOException, InterruptedException {
        String key = tree.webhook(mark.request());
        DoneKeys done = tree.done(mark.request());
        Delivery delivery = new Delivery(problem == null ? "posted" : "gave up", mark.tries(), Instant.now(), problem);
        Txn entered = etcd.txn("enter webhook of " + mark.request()).ifModified(key, mark.revision())
                .ifPresent(done.summary()).delete(key).put(done.webhook(), Json.write(delivery));
        Txn dropped = etcd.txn("drop webhook of " + mark.request()).ifModified(key, mark.revision()).delete(key);
        Txn.commitFirst(List.of(entered, dropped));
    }
}
