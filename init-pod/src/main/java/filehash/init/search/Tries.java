package filehash.init.search;

import filehash.init.claim.Candidate;
import filehash.init.claim.Claim;
import filehash.init.claim.Claims;
import filehash.init.claim.Outstanding;
import filehash.init.claim.Planning;
import filehash.init.claim.Plans;
import filehash.init.claim.Task;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.program.Metrics;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries to claim jobs. An unexpected exception, which the keys of a request caused, becomes the error of that request:
 * it waits for its user, and all others go on. Main thread only.
 */
final class Tries implements Backlog.Taking {
    private static final Logger LOG = LoggerFactory.getLogger(Tries.class);
    /** The beginning of the error of a try that threw, by which all pods recognise it. */
    private static final String THREW = "cannot be worked on: ";
    private static final int MOST_REMEMBERED = 1000;

    private final Etcd etcd;
    private final Tree tree;
    private final Claims claims;
    private final Plans plans;
    private final Readiness readiness;
    private final Outstanding outstanding;
    /** The errors that were logged, by request. */
    private final Map<String, String> logged = new HashMap<>();
    private final Map<Candidate.Kind, LongAdder> claimed = new EnumMap<>(Candidate.Kind.class);
    private final LongAdder gaveUp;

    Tries(Etcd etcd, Tree tree, Claims claims, Plans plans, Readiness readiness, Outstanding outstanding,
            Metrics metrics) {
        this.etcd = etcd;
        this.tree = tree;
        this.claims = claims;
        this.plans = plans;
        this.readiness = readiness;
        this.outstanding = outstanding;
        this.gaveUp = metrics.counter("filehash_jobs_gave_up_total",
                "Attempts at jobs that this pod gave up, for a reason of its own or of a sibling");
        for (Candidate.Kind kind : Candidate.Kind.values()) {
            claimed.put(kind, metrics.counter("filehash_claims_total",
                    "Jobs that this pod claimed: new ones, orphans (takeovers), and deleted ones that it restored",
                    "kind", kind.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** Whether this pod may try a job of it. */
    boolean mayTry(Request request) {
        return isSound(request) && plans.mayTry(request);
    }

    /**
     * Whether a job of it may be tried by any pod. A request whose try threw, in any pod, waits until its user deletes
     * the error. No pod deletes that error, since the keys look right: only a try shows what is wrong.
     */
    static boolean isSound(Request request) {
        return !threw(request.error());
    }

    private static boolean threw(String error) {
        return error != null && error.startsWith(THREW);
    }

    @Override
    public Optional<Task> take(Candidate candidate) throws IOException, InterruptedException {
        try {
            if (plans.isNext(candidate.request())) {
                return plan(candidate.request());
            }
            Optional<Claim> claim = claims.take(candidate, readiness.places().s3());
            claimed.get(candidate.kind()).add(claim.isPresent() ? 1 : 0);
            return claim.map(Task.class::cast);
        } catch (RuntimeException e) {
            threw(candidate.request().id(), e);
            return Optional.empty();
        }
    }

    private Optional<Task> plan(Request request) throws IOException, InterruptedException {
        Optional<Planning> planning = plans.take(request, readiness.places().s3());
        outstanding.countAgain(); // a request that is being planned counts as one
        return planning.map(Task.class::cast);
    }

    void gaveUp() {
        gaveUp.increment();
    }

    /** Writes the error, which takes the jobs of the run out of the count. */
    void threw(String request, RuntimeException e) throws InterruptedException {
        String error = Text.error(THREW + e + ": correct it, and then delete this key");
        if (logged.size() >= MOST_REMEMBERED) {
            logged.clear();
        }
        if (!error.equals(logged.put(request, error))) {
            LOG.warn("{}: {}", Text.named(request), error);
            LOG.debug("{}", Text.named(request), e);
        }
        RequestKeys keys = tree.request(request);
        try {
            Snapshot now = etcd.read(Range.key(keys.run()), Range.key(keys.job()), Range.key(keys.error()));
            if (!threw(now.value(keys.error())) && (now.has(keys.job()) || now.has(keys.run()))) {
                etcd.txn("judge request " + request).ifUnchanged(keys.run(), now).ifUnchanged(keys.job(), now)
                        .ifUnchanged(keys.error(), now).put(keys.error(), error).commit();
            }
        } catch (IOException lost) {
            etcd.trouble().failed(lost.getMessage());
        }
        outstanding.countAgain();
    }
}
