package filehash.init.search;

import filehash.init.tree.Look;
import filehash.init.tree.Request;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Orders requests: the one with the highest priority comes first; of several, the one with the fewest pods for each
 * object that is left, so that they share the pods, and each gets one; then the oldest. The downside: pods that become
 * free at the same moment all choose the same request, and spread only with their next jobs.
 */
final class Precedence {
    /**
     * Without a plan, the number of objects of a job is not known; it is taken to be what plans aim at, which Decision
     * of s3-fetch-tool2 decides.
     */
    private static final double OBJECTS_PER_JOB = 10_000;
    /** More jobs than a plan cuts say more about how a request was divided than about its size. */
    private static final int MOST = Request.Terms.MOST_PLANNED;

    private Precedence() {
    }

    static List<Request> sorted(Look look, List<Request> requests) {
        Map<String, Double> load = new HashMap<>();
        requests.forEach(request -> load.put(request.id(), load(look, request)));
        return requests.stream().sorted(byPriority().thenComparingDouble(request -> load.get(request.id()))
                .thenComparingLong(Request::age)).toList();
    }

    static Comparator<Request> byPriority() {
        return Comparator.comparingInt(request -> -request.control().priority());
    }

    /** In groups of the same priority, the highest first. */
    static Collection<List<Request>> groups(List<Request> requests) {
        return requests.stream().collect(Collectors.groupingBy(request -> -request.control().priority(), TreeMap::new,
                Collectors.toList())).values();
    }

    /** Pods for each object that is left. */
    private static double load(Look look, Request request) {
        if (!request.begun()) {
            return 0;
        }
        long pods = look.jobs(request).values().stream().filter(Look.Wip::hosted).count();
        double perJob = request.run().objects() > 0
                ? request.run().objects() / (double) request.terms().jobs() : OBJECTS_PER_JOB;
        return pods / (perJob * Math.min(request.run().left(), MOST));
    }
}
