package filehash.init.tree;

import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds requests whose id was used before, by keys below /done/&lt;id&gt;/. A look asks etcd about at most a hundred of
 * them, in one call, oldest first; the answer "unused" is kept until a claim or a user writes the job key again,
 * because only a claim leads to keys below /done. A request is not claimed before etcd was asked about it. The downside
 * is that of thousands of requests put at once, the younger ones count as good for some looks. Main thread only.
 */
public final class UsedIds {
    /** Each of these ids costs every pod a watch. */
    private static final int MOST_WATCHED = 10;

    private Map<String, Long> unused = Map.of();
    private Set<String> used = Set.of();

    /**
     * Marks those of the requests as bad whose id was used.
     *
     * @return the ids that are known to be unused
     */
    public Set<String> judge(Etcd etcd, Tree tree, long revision, List<Request> requests)
            throws IOException, InterruptedException {
        Map<String, Long> known = new HashMap<>();
        List<Integer> unknown = new ArrayList<>();
        List<Integer> marked = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            if (request.terms() == null || request.begun()) {
                continue; // it is incomplete, or the keys below /done are its own
            }
            if (isKnown(request)) {
                known.put(request.id(), request.revisions().asked().job());
            } else if (problem(tree, request).equals(request.error())) {
                marked.add(i);
            } else {
                unknown.add(i);
            }
        }
        unknown.addAll(marked);
        int asked = Math.min(unknown.size(), Etcd.MOST_RANGES);
        for (int i : unknown.subList(asked, unknown.size())) {
            Request request = requests.get(i);
            if (problem(tree, request).equals(request.error())) {
                requests.set(i, request.with(request.error())); // a later look asks again
            }
        }
        if (asked > 0) {
            ask(etcd, tree, revision, requests, unknown.subList(0, asked), known);
        }
        unused = known;
        used = requests.stream().filter(request -> problem(tree, request).equals(request.problem())).map(Request::id)
                .limit(MOST_WATCHED).collect(Collectors.toSet());
        return known.keySet();
    }

    /** The ids of the oldest requests that wait for keys below /done to be deleted. */
    public Set<String> used() {
        return used;
    }

    private static void ask(Etcd etcd, Tree tree, long revision, List<Request> requests, List<Integer> asked,
            Map<String, Long> known) throws IOException, InterruptedException {
        Snapshot done = etcd.read(asked.stream()
                .map(i -> Range.any(tree.done(requests.get(i).id()).folder(), revision)).toList());
        for (int i : asked) {
            Request request = requests.get(i);
            if (done.below(tree.done(request.id()).folder()).isEmpty()) {
                known.put(request.id(), request.revisions().asked().job());
            } else {
                requests.set(i, request.with(problem(tree, request)));
            }
        }
    }

    private boolean isKnown(Request request) {
        return Long.valueOf(request.revisions().asked().job()).equals(unused.get(request.id()));
    }

    private static String problem(Tree tree, Request request) {
        return Text.error("its id was used before: delete " + tree.done(request.id()).folder()
                + ", or put the request under another id");
    }
}
