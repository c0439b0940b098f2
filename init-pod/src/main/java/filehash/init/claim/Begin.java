package filehash.init.claim;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Txn;
import filehash.init.tree.JobRange;
import filehash.init.tree.JobRanges;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import filehash.init.tree.Source;
import filehash.init.tree.Tree;
import filehash.job.JobId;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.pod.Conf;
import filehash.pod.PlanFin;
import filehash.program.Json;
import java.util.List;
import java.util.UUID;

/**
 * Begins the run of a request, and claims its first job with the same transaction, which compares what the user wrote
 * as it was read, and that there is no run. The run of a plan begins only while the planning stands. Then its ranges
 * are all entered, and no pod enters others, because ranges are entered only while plan/id stands, and the transaction
 * removes it.
 */
record Begin(Etcd etcd, Tree tree, String host) {

    /** Offers the first job of a run with the published ranges. */
    Bid.Offer hex(Request request, Conf.S3 conf) {
        Source source = Source.of(request.terms().bucket(), conf);
        Bid.Offer offer = offer(request, request.terms(), JobRange.hex(0, request.terms().jobs()), source);
        if (request.revisions().plan() > 0) { // of an estimate
            offer.txn().delete(tree.request(request.id()).plan());
        }
        if (request.planner() != null) {
            offer.txn().deleteFolder(tree.request(request.id()).plan() + "/");
        }
        return offer;
    }

    /** Offers the first job of a run with the plan's number of jobs, and with its ranges if it has any. */
    Bid.Offer planned(Planning planning, PlanFin fin) {
        Request request = planning.request();
        Plan plan = fin.plan();
        List<PlannedRange> ranges = fin.ranges();
        Request.Terms terms = new Request.Terms(request.terms().root(), request.terms().methods(), plan.jobs(),
                request.terms().bucket(), plan.split());
        JobRange first = ranges.isEmpty() ? JobRange.hex(0, plan.jobs())
                : JobRange.of(ranges.get(0), plan.jobs() == 1 ? null : ranges.get(1));
        Bid.Offer offer = offer(request, terms, first, planning.source());
        RequestKeys keys = tree.request(request.id());
        offer.txn().ifValue(keys.planId(), planning.id().run()).deleteFolder(keys.plan() + "/")
                .put(keys.runSplit(), terms.splitName()).put(keys.plan(), Json.write(plan));
        for (int key = 0; key < JobRanges.keys(ranges.size()); key++) {
            offer.txn().ifPresent(tree.ranges(request.id()) + key); // a user may have deleted /wip/<id>/
        }
        return offer;
    }

    private Bid.Offer offer(Request request, Request.Terms terms, JobRange range, Source source) {
        RequestKeys keys = tree.request(request.id());
        JobId id = new JobId(UUID.randomUUID().toString(), 0, 1);
        Txn txn = request.unchanged(etcd.txn("begin request " + request.id()), tree);
        txn.put(keys.run(), id.run())
                .put(keys.runRoot(), terms.root())
                .put(keys.runMethod(), terms.methodNames())
                .put(keys.runJobs(), terms.jobs())
                .put(keys.left(), terms.jobs());
        source.record(txn, keys);
        if (request.error() != null) {
            txn.delete(keys.error());
        }
        return new Bid.Offer(new Claim(etcd, tree, host, request.id(), id, terms, range, source), txn);
    }
}
