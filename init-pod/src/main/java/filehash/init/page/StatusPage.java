package filehash.init.page;

import filehash.init.claim.Outstanding;
import filehash.init.command.survey.Samples;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Watches;
import filehash.init.search.News;
import filehash.init.search.Upkeep;
import filehash.init.tree.Look;
import filehash.init.tree.Tree;
import filehash.init.tree.UsedIds;
import filehash.program.Backoff;
import filehash.program.Health;
import filehash.program.Program;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop of the status page. It reads how far requests are every two seconds while somebody looks, and seldom
 * otherwise; all viewers get what it read last. Beside that it does what must be done where no pod runs: it judges
 * requests, and keeps /stats/outstanding right, by the code and in the transactions of a pod. It owns etcd; the threads
 * of HTTP see only the finished {@link Reading}.
 */
public final class StatusPage {
    private static final Logger LOG = LoggerFactory.getLogger(StatusPage.class);
    private static final Duration STEP = Duration.ofMillis(250);
    private static final Duration WATCHED = Duration.ofSeconds(2);
    /** Often enough for the throughput of the last hour. */
    private static final Duration UNWATCHED = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofSeconds(1);
    /** How many requests that have ended are shown. */
    private static final int MOST_ENDED = 20;

    private final Etcd etcd;
    private final Tree tree;
    private final StatusSurvey survey;
    private final Samples samples = new Samples(System::nanoTime);
    private final ThroughputHistory history;
    private final Outstanding outstanding;
    private final Watches watches;
    private final News news;
    private final Upkeep upkeep;
    private final Site site;
    private final Backoff counting = new Backoff(SOON, Duration.ofSeconds(30));
    private UsedIds ids = new UsedIds();
    private long revision;
    private Reading reading;
    private long readAt = System.nanoTime() - UNWATCHED.toNanos();

    private StatusPage(Etcd etcd, Tree tree, Health health, Site site, ThroughputHistory history) {
        this.etcd = etcd;
        this.tree = tree;
        this.survey = new StatusSurvey(etcd, tree);
        this.outstanding = new Outstanding(etcd, tree, health.metrics());
        this.watches = new Watches(etcd);
        this.news = new News(tree, watches, outstanding, false);
        this.upkeep = Upkeep.ofRequests(etcd, tree);
        this.reading = site.reading();
        this.site = site;
        this.history = history;
        site.addTo(health);
        new RequestMetrics(health.metrics(), site::reading).add();
    }

    /** Serves until the signal comes. */
    public static int run(Settings settings, InetSocketAddress address, Etcd.Line line, StopSignal signal)
            throws IOException, InterruptedException {
        Tree tree = new Tree(settings.etcdPrefix());
        ThroughputHistory history = new ThroughputHistory(System::nanoTime);
        Site site = new Site(Reading.none(tree.prefix()), history, System::nanoTime);
        try (Etcd etcd = Etcd.open(settings, line, signal);
                Health health = Health.serve(address, address.toString(),
                        () -> site.reading().time() == null ? "etcd was not read yet" : null)) {
            etcd.register(health.metrics());
            etcd.beforeCalls(health::beat);
            StatusPage page = new StatusPage(etcd, tree, health, site, history);
            LOG.info("the page is at http://{}:{}/", address.getHostString(), address.getPort());
            while (!signal.requested()) {
                health.beat();
                page.step(signal);
            }
            return Program.DONE;
        }
    }

    private void step(StopSignal signal) throws InterruptedException {
        watches.keepOpen();
        if (outstanding.due()) {
            look();
        }
        Duration pause = site.watched() ? WATCHED : UNWATCHED;
        if (System.nanoTime() - readAt >= pause.toNanos() && !signal.requested()) {
            read();
        }
        watches.await(STEP, signal);
    }

    private void look() throws InterruptedException {
        try {
            Look look = Look.withoutConf(etcd, tree, ids);
            if (look.settings().revision() < revision) { // etcd was restored
                ids = new UsedIds();
                outstanding.forget();
                watches.reopen();
            }
            revision = look.settings().revision();
            news.watchDone(ids.used());
            Optional<Duration> unfinished = upkeep.run(look);
            outstanding.publish(look);
            unfinished.ifPresent(outstanding::lookAgain);
            counting.reset();
        } catch (IOException e) {
            outstanding.retryLater(counting.next());
            etcd.trouble().failed(e.getMessage());
        }
    }

    private void read() throws InterruptedException {
        try {
            StatusSurvey.Found found = survey.all(MOST_ENDED);
            reading = new Reading(Instant.now().truncatedTo(ChronoUnit.MILLIS), System.nanoTime(), reading.prefix(),
                    null, samples.add(found.open()), found.more(), found.done(), survey.work());
            history.add(reading.open());
        } catch (IOException e) {
            reading = reading.with(e.getMessage());
            etcd.trouble().failed(e.getMessage());
        }
        readAt = System.nanoTime();
        site.show(reading);
    }
}
