package filehash.init.search;

import filehash.init.claim.Outstanding;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Watches;
import filehash.init.tree.DeletedJobs;
import filehash.init.tree.Look;
import filehash.init.tree.Tree;
import filehash.init.tree.UsedIds;
import filehash.init.webhook.Webhooks;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes one look after the other, and keeps what a look knows from earlier ones. Main thread only. */
public final class Looks {
    private static final Logger LOG = LoggerFactory.getLogger(Looks.class);

    private final Etcd etcd;
    private final Tree tree;
    private final Upkeep upkeep;
    private final Outstanding outstanding;
    private final Watches watches;
    private final News news;
    private final Webhooks webhooks;
    private final Cancellations cancellations;
    private UsedIds ids = new UsedIds();
    private DeletedJobs deleted;
    private long revision;
    private int others;
    private Optional<Duration> unfinished = Optional.empty();

    public Looks(Etcd etcd, Tree tree, Upkeep upkeep, Outstanding outstanding, Watches watches, News news,
            Webhooks webhooks) {
        this.etcd = etcd;
        this.tree = tree;
        this.upkeep = upkeep;
        this.outstanding = outstanding;
        this.watches = watches;
        this.news = news;
        this.webhooks = webhooks;
        this.cancellations = new Cancellations(etcd, tree, outstanding, webhooks);
        this.deleted = new DeletedJobs(etcd, tree, webhooks::isWantedBy);
    }

    /** Takes a look, and does the upkeep that it calls for. */
    public Look next() throws IOException, InterruptedException {
        Look look = Look.at(etcd, tree, ids, webhooks.next());
        if (look.settings().revision() < revision) {
            LOG.warn("etcd was restored: it went back from revision {} to {}", revision, look.settings().revision());
            ids = new UsedIds();
            deleted = new DeletedJobs(etcd, tree, webhooks::isWantedBy);
            webhooks.forget();
            outstanding.forget();
            watches.reopen();
        }
        if (revision == 0 && look.isEmpty()) {
            LOG.info("no key lies below {}, {} or {}: if there should be some, ETCD_PREFIX is wrong", tree.conf(),
                    tree.requests(), tree.wips());
        }
        revision = look.settings().revision();
        others = look.pods();
        webhooks.see(look.settings());
        news.watchDone(ids.used());
        unfinished = Stream.of(upkeep.run(look), cancellations.run(look)).flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
        return look;
    }

    /** The pause before the next look, if the last one left upkeep undone. */
    Optional<Duration> unfinished() {
        return unfinished;
    }

    /** How many pods the last look found at work, and this one, which was not. */
    int pods() {
        return others + 1;
    }

    DeletedJobs deleted() {
        return deleted;
    }
}
