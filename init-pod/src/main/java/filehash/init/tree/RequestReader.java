package filehash.init.tree;

import filehash.init.etcd.Snapshot;
import filehash.job.HashMethod;
import filehash.job.HexRange;
import filehash.job.Plan;
import filehash.job.Split;
import filehash.program.HttpUrl;
import filehash.program.Json;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads the keys of a request; an IllegalArgumentException explains to its user what is wrong with them. */
final class RequestReader {
    private static final int LONGEST_ID = 1024;
    private static final int LONGEST_KEY = 1024;
    /** What names and ARNs of buckets are made of; S3 itself has the last word. */
    private static final String BUCKET = "[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}";
    private static final String HOW_TO_CORRECT = ": correct it, and then delete this key";

    private RequestReader() {
    }

    /** Such ids fit into FileHashJob and into a line of the log. */
    static void requireId(String id) {
        requireThat(!id.isBlank(), "the id is blank: put the request under another id");
        requireThat(id.codePoints().noneMatch(Character::isISOControl),
                "the id holds control characters: put the request under another id");
        requireThat(id.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ID,
                "the id is longer than " + LONGEST_ID + " bytes: put the request under another id");
    }

    static Request.Revisions revisions(RequestKeys keys, Snapshot all) {
        return new Request.Revisions(new RequestKeys.AskedRevisions(all.modified(keys.root()), all.modified(keys.job()),
                all.modified(keys.estimate()), all.modified(keys.method()), all.modified(keys.bucket()),
                all.modified(keys.split())), all.modified(keys.run()), all.modified(keys.error()),
                all.modified(keys.plan()), all.modified(keys.planId()), all.modified(keys.planHost()),
                all.modified(keys.planFailures()));
    }

    static Request.Planner planner(RequestKeys keys, Snapshot all) {
        return !all.has(keys.planId()) && !all.has(keys.planHost()) && !all.has(keys.planFailures()) ? null
                : new Request.Planner(all.value(keys.planId()), all.lease(keys.planHost()) != 0,
                        Failures.read(all.value(keys.planFailures())));
    }

    /** Values that init-pod wrote must be as it writes them, because transactions compare them byte by byte. */
    static Request.Terms begun(Tree tree, String id, Snapshot all) {
        RequestKeys keys = tree.request(id);
        for (String key : List.of(keys.runRoot(), keys.runMethod(), keys.runJobs(), keys.next(), keys.left())) {
            requireThat(all.has(key), key + " is missing: delete " + keys.folder() + " and "
                    + tree.done(id).folder() + ", and put the request again");
        }
        String root = all.value(keys.runRoot());
        String method = all.value(keys.runMethod());
        written(root != null && (root.isEmpty() || root.endsWith("/")) && !tooLong(root), "run/root", root);
        Request.Terms terms = new Request.Terms(root, HashMethod.parse(String.valueOf(method)),
                count(all, keys, keys.runJobs(), 1, HexRange.MOST_JOBS), all.value(keys.runBucket()),
                runSplit(keys, all));
        written(terms.methodNames().equals(method), "run/method", method);
        return terms;
    }

    private static Split runSplit(RequestKeys keys, Snapshot all) {
        String text = all.value(keys.runSplit());
        written(!all.has(keys.runSplit()) || name(Split.LIST).equals(text) || name(Split.HEX).equals(text),
                "run/split", text);
        return text == null ? Split.AUTO : split(text);
    }

    static Request.Run run(Tree tree, String id, Request.Terms terms, Snapshot all) {
        RequestKeys keys = tree.request(id);
        String uuid = all.value(keys.run());
        written(uuid != null && uuid.matches("[0-9A-Za-z-]{1,36}"), "run", uuid);
        return new Request.Run(uuid, all.created(keys.run()), count(all, keys, keys.next(), 0, terms.jobs()),
                count(all, keys, keys.left(), 1, terms.jobs()), objects(all.value(keys.plan())), source(keys, all));
    }

    private static long objects(String plan) {
        try {
            return plan == null ? 0 : Json.read(plan, Plan.class).total().objects();
        } catch (IllegalArgumentException e) {
            return 0; // a user wrote it
        }
    }

    static Source source(RequestKeys keys, Snapshot all) {
        if (!all.has(keys.runBucket())) {
            return null;
        }
        String bucket = all.value(keys.runBucket());
        String endpoint = all.value(keys.runEndpoint());
        URI url = endpoint == null ? null : HttpUrl.parsed(endpoint);
        written(bucket != null && bucket.matches(BUCKET), "run/bucket", bucket);
        written(all.has(keys.runEndpoint()) == (url != null), "run/endpoint", endpoint);
        try {
            return new Source(bucket, url, all.value(keys.runRegion()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("run/region: " + e.getMessage() + HOW_TO_CORRECT, e);
        }
    }

    private static int count(Snapshot all, RequestKeys keys, String key, int least, int most) {
        String text = all.value(key);
        int number = text != null && text.matches("0|[1-9][0-9]{0,8}") ? Integer.parseInt(text) : -1;
        String name = key.substring(keys.folder().length());
        requireThat(number >= least && number <= most, name + " '" + Text.shown(text) + "' is not a number from "
                + least + " to " + most + ", without blanks" + HOW_TO_CORRECT);
        return number;
    }

    private static void written(boolean right, String key, String text) {
        requireThat(right, key + " '" + Text.shown(text) + "' is not what init-pod wrote" + HOW_TO_CORRECT);
    }

    /** The values of cancel and paused do not matter. */
    static Request.Control control(RequestKeys keys, Snapshot all) {
        String text = all.has(keys.priority()) ? String.valueOf(all.value(keys.priority())).strip() : "0";
        boolean number = text.matches("[+-]?[0-9]{1,9}");
        return new Request.Control(all.modified(keys.cancel()), all.has(keys.paused()),
                number ? Integer.parseInt(text) : 0, number ? null : Text.error("priority '" + Text.shown(text)
                        + "' is not a whole number of at most 9 digits"));
    }

    static Request.Terms asked(RequestKeys keys, Snapshot all) {
        boolean estimate = !all.has(keys.job()); // which only a plan by LIST can answer
        Split split = estimate ? Split.LIST
                : all.has(keys.split()) ? split(users(keys, keys.split(), all)) : Split.AUTO;
        int jobs = number(users(keys, estimate ? keys.estimate() : keys.job(), all));
        requireThat(jobs > 0 || split != Split.HEX, "job is auto, which needs a plan, but split hex has none");
        requireThat(jobs <= Request.Terms.MOST_PLANNED || split != Split.LIST, "job '" + jobs
                + "' is more than the " + Request.Terms.MOST_PLANNED + " jobs that split list takes");
        return new Request.Terms(prefix(users(keys, keys.root(), all)),
                HashMethod.parse(users(keys, keys.method(), all)), jobs,
                all.has(keys.bucket()) ? bucket(keys, all) : null, split);
    }

    /** Spells it as plan.json and conf.json do. */
    static String name(Split split) {
        return split.name().toLowerCase(Locale.ROOT);
    }

    private static Split split(String text) {
        return Stream.of(Split.values()).filter(split -> name(split).equals(text)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("split '" + Text.shown(text)
                        + "' is neither auto, hex nor list"));
    }

    private static String bucket(RequestKeys keys, Snapshot all) {
        String bucket = users(keys, keys.bucket(), all);
        requireThat(bucket.matches(BUCKET), "bucket '" + Text.shown(bucket) + "' is not the name of a bucket");
        return bucket;
    }

    /** A user's text may have blanks around it. */
    private static String users(RequestKeys keys, String key, Snapshot all) {
        String text = all.value(key);
        requireThat(text != null, key.substring(keys.folder().length()) + " is not UTF-8");
        return text.strip();
    }

    /** photos, photos/ and /photos/ are the same; / is the whole bucket. */
    private static String prefix(String root) {
        requireThat(!root.isEmpty(), "root is empty: / is the whole bucket");
        String name = root.startsWith("/") ? root.substring(1) : root;
        String prefix = name.isEmpty() || name.endsWith("/") ? name : name + "/";
        requireThat(!tooLong(prefix), "root is longer than " + LONGEST_KEY + " bytes, as no key of S3 is");
        return prefix;
    }

    private static boolean tooLong(String root) {
        return root.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY;
    }

    /** @return 0 if the plan decides */
    private static int number(String text) {
        if (text.equals(name(Split.AUTO))) {
            return 0;
        }
        int number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
        requireThat(number >= 1 && number <= HexRange.MOST_JOBS,
                "job '" + Text.shown(text) + "' is not a number from 1 to " + HexRange.MOST_JOBS);
        return number;
    }

    private static void requireThat(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
