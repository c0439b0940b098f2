package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Request;
import filehash.init.tree.RequestKeys;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Puts a request, after judging it as a pod would. */
@Command(name = "submit", mixinStandardHelpOptions = true,
        customSynopsis = {"filehash submit s3://BUCKET/FOLDER --method NAMES [--jobs N]",
                "                       [--split HOW] [--priority N] [--id ID] [--json]",
                "                       [--wait [--timeout SECONDS]]"},
        description = "Puts a request, and prints its id; what to do next goes to standard error.")
final class SubmitCommand implements Callable<Integer> {
    private static final int LONGEST_WORDS = 40;
    /** How many ids of a day and a folder are tried. */
    private static final int MOST_IDS = 1000;

    @ParentCommand
    private Commands parent;
    @Spec
    private CommandSpec spec;
    @Mixin
    private FolderArgument folder;
    @Option(names = "--method", required = true, paramLabel = "NAMES",
            description = "MD5, SHA1, SHA224, SHA256, SHA384 or SHA512, or several with commas.")
    private String method;
    @Option(names = "--jobs", defaultValue = "auto", paramLabel = "N",
            description = "Into how many jobs to divide it: several times as many as there are pods; or auto, the "
                    + "default: a pod lists the folder and decides.")
    private String jobs;
    @Option(names = "--split", paramLabel = "HOW",
            description = "How to divide the names: auto, hex or list (default: auto).")
    private String split;
    @Option(names = "--priority", paramLabel = "N",
            description = "A whole number: pods take jobs of requests with a higher one first (default: 0).")
    private String priority;
    @Option(names = "--id", paramLabel = "ID",
            description = "Its id, which must be new (default: the date and the words of the folder).")
    private String id;
    @Option(names = "--wait", description = "Shows how far it is until it is done, or needs a person.")
    private boolean wait;
    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Ends --wait with exit code 5 after so many"
            + " seconds; the request goes on.")
    private Long timeout;
    @Mixin
    private Result result;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String bucket = folder.bucket();
        if (id != null) {
            RequestCommand.requireId(spec, id);
        }
        if ((method + id).contains("\uFFFD")) {
            throw wrong("an argument is not in the encoding of the locale: set LC_ALL=C.UTF-8");
        }
        if (timeout != null && !wait) {
            throw wrong("--timeout needs --wait");
        }
        Duration limit = StatusCommand.limit(spec, timeout);
        Shell shell = parent.shell();
        try (EtcdSession session = EtcdSession.open(shell)) {
            String put = put(session, bucket, folder.root());
            if (!wait || !result.isJson()) {
                result.print(shell, new Put.Done(put), put);
            }
            if (wait) {
                return StatusCommand.wait(session, shell, put, result.isJson(), limit);
            }
            String quoted = Cells.quoted(put);
            shell.err().println("Watch it: filehash status " + quoted + " --watch");
            shell.err().println("Stop it:  filehash cancel " + quoted);
            return Commands.DONE;
        }
    }

    private String put(EtcdSession session, String bucket, String root) throws IOException, InterruptedException {
        if (id != null) {
            if (!putAs(session, id, bucket, root)) {
                throw wrong("the id " + Cells.shown(id) + " is or was in use: choose another one");
            }
            return id;
        }
        String first = LocalDate.now() + "-" + words(root.length() > 1 ? root : bucket);
        for (int i = 1; i <= MOST_IDS; i++) {
            String next = i == 1 ? first : first + "-" + i;
            if (putAs(session, next, bucket, root)) {
                return next;
            }
        }
        throw wrong(first + " and the ids after it are in use: choose one with --id");
    }

    /** The letters and digits of a folder, as much as an id should have. */
    static String words(String folder) {
        String words = folder.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
        if (words.length() > LONGEST_WORDS) {
            words = words.substring(words.length() - LONGEST_WORDS).replaceFirst("^[^-]*-", "");
        }
        return words.isEmpty() ? "all" : words;
    }

    private boolean putAs(EtcdSession session, String name, String bucket, String root)
            throws IOException, InterruptedException {
        RequestKeys keys = session.tree().request(name);
        Map<String, String> values = new TreeMap<>(Map.of(keys.root(), root, keys.job(), jobs, keys.method(), method,
                keys.bucket(), bucket));
        if (split != null) {
            values.put(keys.split(), split);
        }
        if (priority != null) {
            values.put(keys.priority(), priority);
        }
        Request request = Request.of(session.tree(), name, Snapshot.of(0, values.entrySet().stream()
                .map(value -> new Snapshot.Key(value.getKey(), value.getValue(), 1, 1, 1, 0)).toList()));
        String problem = request.problem() == null ? request.control().problem() : request.problem();
        if (problem != null) {
            throw wrong(problem);
        }
        return session.tried(new Put(session.etcd(), session.tree(), request, values)::step);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
