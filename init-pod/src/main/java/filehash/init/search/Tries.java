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
import filehash.init.etcd.Txn;
import filehash.init.tree.LastingError;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Text;
import filehash.init.tree.Tree;
import filehash.pod.Stopped;
import filehash.program.Metrics;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries to claim jobs. An unexpected exception, which the keys of a request caused, becomes the error of that request:
 * it waits for its user, and all others go on. Main thread only.
 */
final class Tries implements Backlog.Taking {
    private static final Logger LOG = LoggerFactory.getLogger(Tries.class);
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
        return !request.waits() && !request.control().held() && plans.mayTry(request);
    }

    @Override
    public Optional<Task> take(Candidate candidate) throws IOException, InterruptedException {
        try {
            if (!mayTry(candidate.request())) { // its user edited it since the look
                return Optional.empty();
            }
            if (plans.isNext(candidate.request())) {
                return plan(candidate.request());
            }
            Optional<Claim> claim = claims.take(candidate, readiness.places().s3());
            claimed.get(candidate.kind()).add(claim.isPresent() ? 1 : 0);
            return claim.map(Task.class::cast);
        } catch (RuntimeException e) {
            threw(candidate.request(), e);
            return Optional.empty();
        }
    }

    private Optional<Task> plan(Request request) throws IOException, InterruptedException {
        Optional<Planning> planning = plans.take(request, readiness.places().s3());
        outstanding.countAgain(); // a request that is being planned counts as one
        return planning.map(Task.class::cast);
    }

    /** A job whose user paused the request, or whose sibling was lost, did not give up. */
    void gaveUp(Stopped why) {
        gaveUp.add(why.fault() == Stopped.Fault.NONE ? 0 : 1);
    }

    /** The keys of the request, as it was read, caused the exception. */
    void threw(Request request, RuntimeException e) throws InterruptedException {
        threw(request.id(), txn -> request.begun()
                ? txn.ifModified(tree.request(request.id()).run(), request.revisions().run())
                : request.unchanged(txn, tree), e);
    }

    /**
     * Writes the error, which takes the jobs of the request out of the count.
     *
     * @param same makes the transaction compare that the request is still the one that threw
     */
    void threw(String request, UnaryOperator<Txn> same, RuntimeException e) throws InterruptedException {
        String error = LastingError.threw(e);
        if (logged.size() >= MOST_REMEMBERED) {
            logged.clear();
        }
        if (!error.equals(logged.put(request, error))) {
            LOG.warn("{}: {}", Text.named(request), error);
            LOG.debug("{}", Text.named(request), e);
        }
        RequestKeys keys = tree.request(request);
        try {
            Snapshot now = etcd.read(Range.key(keys.error()));
            if (!LastingError.is(now.value(keys.error()))) {
                same.apply(etcd.txn("judge request " + request)).ifUnchanged(keys.error(), now)
                        .put(keys.error(), error).commit();
            }
        } catch (IOException lost) {
            etcd.trouble().failed(lost.getMessage());
        }
        outstanding.countAgain();
    }
}
