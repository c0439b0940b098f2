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

    /** A job of FileHashJob. */
    private record Job(String run, int job, String request, String last, long files, long failed, boolean finished) {
        /** Whether its watermark has passed this name of the request. */
        boolean passed(Request of, String name) {
            return Objects.job(name, of.jobs()) == job && Objects.ORDER.compare(name, last) <= 0;
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
    Ledger check(List<Request> requests, List<String> cancelled, boolean ended) throws SQLException {
        Map<String, Map<String, List<String>>> byRun = rowsByRun();
        List<Job> jobs = jobs();
        for (Request request : requests) {
            List<Job> own = jobs.stream().filter(job -> job.request.equals(request.id())).toList();
            List<String> runs = own.stream().map(Job::run).distinct().toList();
            boolean whole = ended && !cancelled.contains(request.id());
            if (whole && runs.size() != 1) {
                problems.add("request " + request.id() + " has the runs " + runs);
            }
            for (String run : runs) {
                List<Job> ofRun = own.stream().filter(job -> job.run.equals(run)).toList();
                compare(request, byRun.getOrDefault(run, new HashMap<>()),
                        name -> whole || ofRun.stream().anyMatch(job -> job.passed(request, name)));
                byRun.remove(run);
            }
            if (whole) {
                own.forEach(job -> compare(request, job));
                errors(request, runs.isEmpty() ? "" : runs.get(0));
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
        for (List<String> row : sql.query("SELECT Run, JobID, RequestID, LastFileName, Files, Failed, Finished, Attempt"
                + " FROM FileHashJob")) {
            jobs.add(new Job(row.get(0), Integer.parseInt(row.get(1)), row.get(2), row.get(3),
                    Long.parseLong(row.get(4)), Long.parseLong(row.get(5)), row.get(6) != null));
            attempts.merge(Long.parseLong(row.get(7)), 1, Integer::sum);
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
    private void compare(Request request, Map<String, List<String>> rows, Predicate<String> due) {
        for (String name : request.names()) {
            byte[] content = Objects.content(request.key(name));
            for (String method : request.methods()) {
                List<String> hashes = rows.remove(method + " " + name);
                String what = "request " + request.id() + ", job " + Objects.job(name, request.jobs()) + ": "
                        + method + " of '" + name + "'";
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

    private void compare(Request request, Job job) {
        List<String> names = request.names(job.job);
        long failed = names.stream().filter(name -> refused.containsKey(request.key(name))).count();
        if (job.files != names.size() - failed || job.failed != failed || !job.finished) {
            problems.add("FileHashJob of request " + request.id() + ", job " + job.job + " holds " + job.files
                    + " files and " + job.failed + " failed, " + (job.finished ? "" : "not ") + "finished; it has "
                    + (names.size() - failed) + " and " + failed);
        }
    }

    private void errors(Request request, String run) throws SQLException {
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
