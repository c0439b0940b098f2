package filehash.fetch;

import filehash.fetch.plan.Decision;
import filehash.fetch.plan.Survey;
import filehash.fetch.s3.Bucket;
import filehash.job.Plan;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.PlanFin;
import filehash.pod.SharedDirectory;
import filehash.pod.WorkOrder;
import filehash.program.Health;
import filehash.program.Plural;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plans the jobs of a request: lists its folder, and divides the names. It keeps nothing that a death could damage: it
 * begins again. Owned by one thread.
 */
final class Planner {
    private static final Logger LOG = LoggerFactory.getLogger(Planner.class);
    private static final Duration LOOK = Duration.ofMillis(10);
    /** More of them would need more memory for pages than the program has. */
    private static final int MOST_STREAMS = 16;

    private final SharedDirectory directory;
    private final Connections connections;
    private final Duration most;
    private final StopSignal signal;
    private final Health health;
    private final FetcherCounts counts;

    /** @param most PLAN_SECONDS: what is not listed by then is estimated */
    Planner(SharedDirectory directory, Connections connections, Duration most, StopSignal signal, Health health,
            FetcherCounts counts) {
        this.directory = directory;
        this.connections = connections;
        this.most = most;
        this.signal = signal;
        this.health = health;
        this.counts = counts;
    }

    /** @return nothing if it was stopped */
    Optional<PlanFin> run(Conf conf) throws GiveUp, IOException, InterruptedException {
        WorkOrder order = new WorkOrder(directory, conf.id(), signal);
        int count = Math.min(MOST_STREAMS, connections.throttle().most());
        Survey survey = new Survey(count, conf.plan().split() == Split.AUTO, Decision.pieces(conf.plan()));
        long begun = System.nanoTime();
        boolean done = false;
        try {
            Bucket bucket = connections.open(conf);
            LOG.info("plans the jobs of request {} in {}", conf.request(), bucket);
            boolean surveyed = false;
            try (SurveyStreams streams = SurveyStreams.start(bucket, connections.retry(bucket, counts), survey,
                    conf.root().length(), count)) {
                while (!surveyed && !(isLate(begun) && streams.hasBegun())) {
                    health.beat();
                    connections.keepToLimits();
                    if (!order.stands()) {
                        return Optional.empty();
                    }
                    surveyed = streams.await(LOOK);
                }
            }
            done = surveyed;
            PlanFin fin = Decision.of(conf.id(), conf.plan(), survey, seconds(begun));
            Plan plan = fin.plan();
            LOG.info("{} by {} for {} of {}{}, after {} in {} s", Plural.of(plan.jobs(), "job"), plan.split(),
                    Plural.of(plan.total().objects(), "object"), Plural.of(plan.total().bytes(), "byte"),
                    plan.complete() ? "" : " (estimated)", Plural.of(plan.requests(), "request"), plan.seconds());
            if (surveyed && !plan.complete()) {
                connections.countLater(new Uncounted(conf, fin));
            }
            return Optional.of(fin);
        } finally {
            if (!done) {
                connections.close();
            }
        }
    }

    private boolean isLate(long begun) {
        return System.nanoTime() - begun >= most.toNanos();
    }

    /** The seconds since then, rounded down to a tenth. */
    private static double seconds(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis() / 100 / 10.0;
    }
}
