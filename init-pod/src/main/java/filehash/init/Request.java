package filehash.init;

import filehash.pod.HashMethod;
import filehash.pod.HexRange;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user asked for below /req/&lt;id&gt;, and how far it is cut into jobs. Values of any kind may stand there: a
 * request is incomplete, or bad with a problem to be told, or it has terms. Immutable.
 *
 * @param age the revision that created its job key: older requests come first
 * @param terms what was asked for, or of a run what it began with; null while incomplete or bad
 * @param run how far it is, or null before the first claim
 * @param problem why it cannot be worked on, or null
 */
record Request(String id, long age, Terms terms, Run run, String problem) {

    /** @param root the prefix of the S3 folder: empty, or with a slash at its end */
    record Terms(String root, List<HashMethod> methods, int jobs) {
        String methodNames() {
            return methods.stream().map(HashMethod::name).collect(Collectors.joining(","));
        }
    }

    /**
     * A request that has begun.
     *
     * @param created the revision at which it began
     * @param next the next job to be claimed
     * @param nextAt the revision that last wrote it
     * @param left jobs that are not done
     */
    record Run(String uuid, long created, int next, long nextAt, int left) {
    }

    static Request of(String folder, String id, Snapshot all) {
        long age = all.has(folder + "job") ? all.created(folder + "job") : all.created(folder + "run");
        try {
            if (all.has(folder + "run")) {
                return begun(folder, id, age, all);
            }
            boolean complete = all.has(folder + "root") && all.has(folder + "job") && all.has(folder + "method");
            return new Request(id, age, complete ? terms(folder, "root", "method", "job", all) : null, null, null);
        } catch (IllegalArgumentException e) {
            return new Request(id, age, null, null, e.getMessage());
        }
    }

    boolean unclaimed() {
        return terms != null && (run == null || run.next < terms.jobs);
    }

    /** Jobs that count as outstanding, parked ones included. */
    int left() {
        return terms == null ? 0 : run == null ? terms.jobs : run.left;
    }

    private static Request begun(String folder, String id, long age, Snapshot all) {
        for (String name : List.of("root", "method", "jobs", "next")) {
            requireThat(all.has(folder + "run/" + name), folder + "run/" + name + " is missing: delete "
                    + folder + ", and put the request again");
        }
        Terms terms = new Terms(all.value(folder + "run/root"), HashMethod.parse(all.value(folder + "run/method")),
                number("run/jobs", all.value(folder + "run/jobs"), 1, HexRange.MOST_JOBS));
        requireThat(all.has(folder + "left"), folder + "left is missing: delete " + folder
                + ", and put the request again");
        Run run = new Run(all.value(folder + "run"), all.created(folder + "run"),
                number("run/next", all.value(folder + "run/next"), 0, terms.jobs), all.modified(folder + "run/next"),
                number("left", all.value(folder + "left"), 1, terms.jobs));
        return new Request(id, age, terms, run, null);
    }

    private static Terms terms(String folder, String root, String method, String jobs, Snapshot all) {
        return new Terms(prefix(all.value(folder + root)), HashMethod.parse(all.value(folder + method)),
                number(jobs, all.value(folder + jobs), 1, HexRange.MOST_JOBS));
    }

    private static String prefix(String root) {
        requireThat(!root.isEmpty(), "root is empty: / is the whole bucket");
        String name = root.startsWith("/") ? root.substring(1) : root;
        return name.isEmpty() || name.endsWith("/") ? name : name + "/";
    }

    private static int number(String name, String text, int least, int most) {
        String rule = name + " '" + text + "' is not a number from " + least + " to " + most;
        requireThat(text.matches("[0-9]{1,9}"), rule);
        int number = Integer.parseInt(text);
        requireThat(number >= least && number <= most, rule);
        return number;
    }

    private static void requireThat(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
