package filehash.deaths;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Compares what the tables hold with what was asked for, object by object. A row belongs to the job whose batch holds
 * its ID.
 */
final class Ledger {
    private final AuditSql sql;
    private final Map<String, String> refused;
    private final List<String> problems = new ArrayList<>();
    private final TreeMap<Long, Integer> attempts = new TreeMap<>();
    private long missing;
    private long twice;
    private long wrong;
    private long right;

    /**
     * A job of FileHashJob.
     *
     * @param before the next job's start, or null
     */
    private record Job(String run, int job, String request, String start, String before, String last, long files,
            long failed, boolean finished) {
        /** Whether its watermark has passed this name. */
        boolean passed(String name) {
            return (job == 0 || Objects.ORDER.compare(start, name) <= 0)
                    && (before == null || Objects.ORDER.compare(name, before) < 0)
                    && Objects.ORDER.compare(name, last) <= 0;
        }
    }

    /** @param refused the keys that S3 refuses, and the class that each must get */
    Ledger(AuditSql sql, Map<String, String> refused) {
        this.sql = sql;
        this.refused = refused;
    }

    /**
     * @param cancelled of which rows may be missing after the watermark, but none before it, and none twice or wrong
     * @param ended whether all else must be there; before the end any request may be as a cancelled one is
     */
    Ledger check(List<SubmittedRequest> requests, List<String> cancelled, boolean ended) throws SQLException {
        Map<String, Map<String, List<String>>> byRun = rowsByRun();
        List<Job> jobs = jobs();
        for (SubmittedRequest request : requests) {
            List<Job> own = jobs.stream().filter(job -> job.request.equals(request.id())).toList();
            List<String> runs = own.stream().map(Job::run).distinct().toList();
            boolean whole = ended && !cancelled.contains(request.id());
            if (whole && runs.size() != 1) {
                problems.add("request " + request.id() + " has the runs " + runs);
            }
            for (String run : runs) {
                List<Job> ofRun = own.stream().filter(job -> job.run.equals(run)).toList();
                compare(request, byRun.getOrDefault(run, new HashMap<>()),
                        name -> whole || ofRun.stream().anyMatch(job -> job.passed(name)));
                byRun.remove(run);
            }
            if (whole && runs.size() == 1) {
                compare(request, own);
                errors(request, runs.get(0));
                prove(request);
            }
        }
        byRun.forEach((run, rows) -> wrong("rows of run '" + run + "', which nobody asked for: " + rows.size()));
        return this;
    }

    long missing() {
        return missing;
    }

    long twice() {
        return twice;
    }

    /** Rows with another hash than that of the object, or of an object that was not asked for. */
    long wrong() {
        return wrong;
    }

    long right() {
        return right;
    }

    List<String> problems() {
        return problems;
    }

    /** How many jobs took so many attempts. */
    TreeMap<Long, Integer> attempts() {
        return attempts;
    }

    @Override
    public String toString() {
        return "rows missing, twice, wrong: " + missing + ", " + twice + ", " + wrong;
    }

    private List<Job> jobs() throws SQLException {
        List<Job> jobs = new ArrayList<>();
        for (List<String> row : sql.query("SELECT Run, JobID, RequestID, RangeStart, RangeBefore, LastFileName, Files,"
                + " Failed, Finished, Attempt FROM FileHashJob ORDER BY Run, JobID")) {
            jobs.add(new Job(row.get(0), Integer.parseInt(row.get(1)), row.get(2), row.get(3), row.get(4), row.get(5),
                    Long.parseLong(row.get(6)), Long.parseLong(row.get(7)), row.get(8) != null));
            attempts.merge(Long.parseLong(row.get(9)), 1, Integer::sum);
        }
        return jobs;
    }

    /** By run, and then by method and name: the hashes. What no batch holds belongs to the run "". */
    private Map<String, Map<String, List<String>>> rowsByRun() throws SQLException {
        TreeMap<Long, List<String>> batches = new TreeMap<>();
        for (List<String> batch : sql.query("SELECT FirstID, LastID, Run FROM FileHashBatch")) {
            batches.put(Long.parseLong(batch.get(0)), batch);
        }
        Map<String, Map<String, List<String>>> byRun = new HashMap<>();
        for (List<String> row : sql.query("SELECT ID, HashMethod, FileName, Hash FROM FileHash")) {
            long id = Long.parseLong(row.get(0));
            Map.Entry<Long, List<String>> batch = batches.floorEntry(id);
            boolean inside = batch != null && id <= Long.parseLong(batch.getValue().get(1));
            byRun.computeIfAbsent(inside ? batch.getValue().get(2) : "", run -> new HashMap<>())
                    .computeIfAbsent(row.get(1) + " " + row.get(2), name -> new ArrayList<>()).add(row.get(3));
        }
        return byRun;
    }

    /** @param due which names must have their rows by now */
    private void compare(SubmittedRequest request, Map<String, List<String>> rows, Predicate<String> due) {
        for (String name : request.names()) {
            byte[] content = Objects.content(request.key(name));
            for (String method : request.methods()) {
                List<String> hashes = rows.remove(method + " " + name);
                String what = "request " + request.id() + ": " + method + " of '" + name + "'";
                boolean expected = !refused.containsKey(request.key(name));
                if (hashes == null) {
                    boolean lost = expected && due.test(name);
                    missing += lost ? 1 : 0;
                    add(lost, what + " is missing");
                } else {
                    right++;
                    twice += hashes.size() - 1;
                    add(hashes.size() > 1, what + " is there " + hashes.size() + " times");
                    if (!expected || !hashes.stream().allMatch(Objects.hash(method, content)::equals)) {
                        wrong(what + " is wrong: " + hashes);
                    }
                }
            }
        }
        rows.forEach((name, hashes) -> wrong("request " + request.id() + " has a row of '" + name + "'"));
    }

    /** The jobs of a run in their order. Each name belongs to one of them, whatever a plan has cut. */
    private void compare(SubmittedRequest request, List<Job> jobs) {
        Tiling tiling = new Tiling(jobs.stream().map(Job::start).toList());
        boolean tiles = tiling.isListed() && tiling.ascends() && !request.isHex()
                || tiling.equals(Tiling.hex(jobs.size()));
        for (int i = 0; i < jobs.size(); i++) {
            tiles &= jobs.get(i).job == i && java.util.Objects.equals(jobs.get(i).before,
                    i + 1 == jobs.size() ? null : tiling.starts().get(i + 1));
        }
        add(!tiles || request.jobs() > 0 && request.jobs() != jobs.size(), "the jobs of request " + request.id()
                + " do not tile all names, or are not " + request.jobs() + ": " + jobs);
        jobs.forEach(job -> compare(request, job, tiling.names(job.job, request.names())));
    }

    private void prove(SubmittedRequest request) throws SQLException {
        List<List<String>> proof = sql.query("SELECT Complete, Listed FROM FileHashProof WHERE RequestID = '"
                + request.id() + "'");
        add(!proof.equals(List.of(List.of("yes", Integer.toString(request.names().size())))),
                "FileHashProof of request " + request.id() + " says " + proof);
    }

    private void compare(SubmittedRequest request, Job job, List<String> names) {
        long failed = names.stream().filter(name -> refused.containsKey(request.key(name))).count();
        if (job.files != names.size() - failed || job.failed != failed || !job.finished) {
            problems.add("FileHashJob of request " + request.id() + ", job " + job.job + " holds " + job.files
                    + " files and " + job.failed + " failed, " + (job.finished ? "" : "not ") + "finished; it has "
                    + (names.size() - failed) + " and " + failed);
        }
    }

    private void errors(SubmittedRequest request, String run) throws SQLException {
        TreeMap<String, String> expected = new TreeMap<>();
        request.names().stream().filter(name -> refused.containsKey(request.key(name)))
                .forEach(name -> expected.put(name, refused.get(request.key(name))));
        TreeMap<String, String> found = new TreeMap<>();
        List<List<String>> rows =
                sql.query("SELECT FileName, Error FROM FileHashError WHERE Run = '" + run + "'");
        rows.forEach(row -> found.put(row.get(0), row.get(1)));
        if (!found.equals(expected) || rows.size() != expected.size()) {
            problems.add("FileHashError of request " + request.id() + " holds " + rows + ", and should " + expected);
        }
    }

    private void wrong(String problem) {
        wrong++;
        problems.add(problem);
    }

    private void add(boolean is, String problem) {
        if (is) {
            problems.add(problem);
        }
    }
}
