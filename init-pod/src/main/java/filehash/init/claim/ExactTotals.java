package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.job.Split;
import filehash.pod.PlanFin;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.program.Json;
import filehash.program.Plural;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Enters the totals that the fetcher counts beside the work, in the place of an estimate. The transaction compares the
 * run, which began with that plan. The downside is that only the process that began the run awaits them, and only until
 * it works on another run: the estimate stays then. Main thread only.
 */
public final class ExactTotals {
    private static final Logger LOG = LoggerFactory.getLogger(ExactTotals.class);
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    private final Etcd etcd;
    private final Tree tree;
    private final SharedDirectory directory;
    private Claim run;
    private JobId planning;
    private long dueAt = System.nanoTime();

    ExactTotals(Etcd etcd, Tree tree, SharedDirectory directory) {
        this.etcd = etcd;
        this.tree = tree;
        this.directory = directory;
    }

    /** @param begun the first job of the run that began with this plan */
    public void begun(Claim begun, PlanFin fin) {
        if (!fin.plan().complete() && fin.plan().split() == Split.HEX) {
            run = begun;
            planning = fin.id();
        }
    }

    /** Looks for the totals if that is due. */
    public void step() throws InterruptedException {
        if (planning == null || System.nanoTime() - dueAt < 0) {
            return;
        }
        dueAt = System.nanoTime() + PAUSE;
        try {
            Optional<PlanFin> counted = directory.read(PodFile.COUNT, planning);
            if (counted.isPresent()) {
                enter(counted.get());
                directory.remove(PodFile.COUNT);
                planning = null;
            } else if (isElsewhere()) { // the fetcher has ended the count
                LOG.info("{}: the totals stay an estimate: this pod works on another run", run);
                planning = null;
            }
        } catch (IOException e) { // repeated
            etcd.trouble().failed(e.getMessage());
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: the totals stay an estimate: {}", run, e.getMessage());
            planning = null;
        }
    }

    private boolean isElsewhere() throws IOException {
        return directory.order().filter(order -> !order.id().run().equals(run.id().run())).isPresent();
    }

    private void enter(PlanFin counted) throws IOException, InterruptedException {
        boolean entered = run.ofRun(etcd.txn("enter totals of " + run))
                .put(tree.request(run.request()).plan(), Json.write(counted.plan())).commit();
        LOG.info("{}: {}, {}, counted beside the work{}", run, Plural.of(counted.plan().total().objects(), "object"),
                Plural.of(counted.plan().total().bytes(), "byte"), entered ? "" : "; its run has ended");
    }
}
