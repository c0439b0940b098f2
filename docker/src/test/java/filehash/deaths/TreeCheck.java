package filehash.deaths;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Checks that the tree in etcd is exactly the documented one when all is done. */
final class TreeCheck {
    private final Etcdctl etcd;
    private final Map<String, String> refused;
    private final List<String> problems = new ArrayList<>();

    TreeCheck(Etcdctl etcd, Map<String, String> refused) {
        this.etcd = etcd;
        this.refused = refused;
    }

    /** @param cancelled whose jobs may be done in part */
    List<String> problems(List<SubmittedRequest> requests, List<String> cancelled)
            throws IOException, InterruptedException {
        for (String folder : List.of("/req/", "/wip/")) {
            Set<String> left = etcd.below(folder).keySet();
            if (!left.isEmpty()) {
                problems.add("left in etcd: " + left);
            }
        }
        String outstanding = etcd.get("/stats/outstanding");
        if (!outstanding.equals("0")) {
            problems.add("/stats/outstanding is '" + outstanding + "'");
        }
        Set<String> ids = new TreeSet<>();
        for (String key : etcd.below("/done/").keySet()) {
            ids.add(key.split("/")[2]);
        }
        for (SubmittedRequest request : requests) {
            if (!cancelled.contains(request.id())) {
                check(request);
            }
            ids.remove(request.id());
        }
        if (!ids.isEmpty()) {
            problems.add("/done/ holds requests that nobody made: " + ids);
        }
        return problems;
    }

    private void check(SubmittedRequest request) throws IOException, InterruptedException {
        String folder = "/done/" + request.id() + "/";
        Map<String, String> done = etcd.below(folder);
        Tiling tiling = tiling(request, folder, done);
        Set<String> expected = new TreeSet<>();
        for (String key : List.of("run", "bucket", "endpoint", "root", "method", "jobs", "summary")) {
            expected.add(folder + key);
        }
        for (int job = 0; job < tiling.jobs(); job++) {
            for (String key : List.of("host", "range/start", "range/end", "progress")) {
                expected.add(folder + job + "/" + key);
            }
            equal(folder + job + "/range/start", tiling.starts().get(job), done);
            if (!tiling.isListed()) {
                equal(folder + job + "/range/end", Tiling.hexEnd(job, tiling.jobs()), done);
            }
            counts(request, tiling.names(job, request.names()), folder + job + "/progress", done);
        }
        if (!request.isHex()) {
            expected.add(folder + "plan");
            equal(folder + "plan", "objects", request.planned(), done);
        }
        if (!done.keySet().equals(expected)) {
            problems.add(folder + " holds " + done.keySet() + ", and should " + expected);
        }
        equal(folder + "bucket", FaultyS3.BUCKET, done);
        equal(folder + "endpoint", etcd.get("/conf/s3_endpoint"), done);
        equal(folder + "root", request.root() + "/", done);
        equal(folder + "jobs", Integer.toString(tiling.jobs()), done);
        equal(folder + "method", String.join(",", request.methods()), done);
        counts(request, request.names(), folder + "summary", done);
        long files = request.names().stream().filter(name -> !refused.containsKey(request.key(name))).count();
        equal(folder + "summary", "rows", files * request.methods().size(), done);
    }

    /** As asked for; of a plan that did not keep the published ranges, as it was entered. */
    private static Tiling tiling(SubmittedRequest request, String folder, Map<String, String> done) {
        int jobs = request.jobs() > 0 ? request.jobs() : Integer.parseInt(done.getOrDefault(folder + "jobs", "0"));
        boolean listed = done.getOrDefault(folder + "plan", "").contains("\"split\":\"list\"");
        return !listed ? Tiling.hex(jobs) : new Tiling(IntStream.range(0, jobs)
                .mapToObj(job -> done.getOrDefault(folder + job + "/range/start", "absent")).toList());
    }

    private void counts(SubmittedRequest request, List<String> names, String key, Map<String, String> done) {
        List<String> hashed = names.stream().filter(name -> !refused.containsKey(request.key(name))).toList();
        equal(key, "files", hashed.size(), done);
        equal(key, "failed", names.size() - hashed.size(), done);
        equal(key, "bytes", hashed.stream().mapToLong(name -> Objects.content(request.key(name)).length).sum(), done);
    }

    private void equal(String key, String expected, Map<String, String> done) {
        if (!expected.equals(done.get(key))) {
            problems.add(key + " is '" + done.get(key) + "', and should be '" + expected + "'");
        }
    }

    private void equal(String key, String field, long expected, Map<String, String> done) {
        Matcher number = Pattern.compile("\"" + field + "\":(\\d+)").matcher(done.getOrDefault(key, ""));
        String found = number.find() ? number.group(1) : "absent";
        if (!found.equals(Long.toString(expected))) {
            problems.add(field + " in " + key + " is " + found + ", and should be " + expected);
        }
    }
}
