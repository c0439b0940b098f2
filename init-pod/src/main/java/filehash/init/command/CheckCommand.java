package filehash.init.command;

import filehash.init.command.screen.Cells;
import filehash.init.command.screen.Paint;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Tree;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** Checks what init-pod can see: etcd with these settings and rights, /conf, and whether S3 and MySQL answer. */
@Command(name = "check", mixinStandardHelpOptions = true,
        description = "Checks whether a pod with these settings could work, as far as it can see without the keys of"
                + " S3 and the driver of MySQL: one line for each thing.")
final class CheckCommand implements Callable<Integer> {
    @ParentCommand
    private Commands parent;
    @Mixin
    private Result result;
    private Paint paint;
    private final List<Line> lines = new ArrayList<>();

    /** What --json prints: one of these for each line. */
    record Line(String what, Found found, String text) {
        enum Found { OK, FAILED, NOT_CHECKED }
    }

    /** The line of JSON. */
    record Report(boolean ok, List<Line> checks) {
    }

    /** A step of the check; what it returns follows ok. */
    interface Step {
        String take() throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Shell shell = parent.shell();
        paint = new Paint(shell.colours());
        Settings settings = Settings.read(shell.environment(), 0);
        boolean answers = false;
        for (URI endpoint : settings.etcdEndpoints()) {
            answers |= etcd(shell, endpoint);
        }
        if (answers) {
            try (EtcdSession session = EtcdSession.open(shell)) {
                inside(session, settings);
            }
        }
        boolean failed = lines.stream().anyMatch(line -> line.found == Line.Found.FAILED);
        if (result.isJson()) {
            result.print(shell, new Report(!failed, lines), "");
        }
        return failed ? Commands.FAILED : Commands.DONE;
    }

    private boolean etcd(Shell shell, URI endpoint) throws InterruptedException {
        Map<String, String> alone = new HashMap<>(shell.environment());
        alone.put("ETCD_ENDPOINTS", endpoint.toString());
        Settings settings = Settings.read(alone, 0);
        Tree tree = new Tree(settings.etcdPrefix());
        return line("etcd " + endpoint, "is it a client port of etcd, and do ETCD_CACERT and ETCD_USER fit?", () -> {
            try (Etcd etcd = Etcd.open(settings, Etcd.Line.DIRECT, new StopSignal())) {
                String right = EtcdRights.refusal(() -> etcd.read(Range.any(tree.requests(), 0)));
                long began = System.nanoTime(); // with the connection open
                EtcdRights.refusal(() -> etcd.read(Range.any(tree.requests(), 0)));
                return "answers in " + (System.nanoTime() - began) / 1_000_000 + " ms"
                        + (right == null ? "" : ", and refuses this user");
            }
        });
    }

    private void inside(EtcdSession session, Settings settings) throws IOException, InterruptedException {
        Tree tree = session.tree();
        EtcdRights rights = new EtcdRights(session);
        boolean conf = rights(rights, tree.conf(), true, false, "pods need it");
        rights(rights, tree.requests(), true, true, "pods need both, and so does submit");
        rights(rights, tree.wips(), true, true, "pods need both, and so does retry");
        rights(rights, tree.dones(), true, true, "pods need both; submit only has to read");
        rights(rights, tree.outstanding(), true, true, "pods need both");
        if (!conf) {
            notChecked("S3 and MySQL", "/conf cannot be read");
            return;
        }
        Snapshot values = session.tried(() -> session.etcd().read(Range.folder(tree.conf())));
        ConfSource.Places[] places = {null};
        if (line("/conf", "put these keys with etcdctl, or set CONF_… for the pods and run the check there",
                () -> {
                    try {
                        places[0] = new ConfSource(settings, tree).read(values);
                    } catch (IllegalArgumentException e) {
                        throw new IOException(e.getMessage(), e);
                    }
                    return "is complete";
                })) {
            Reach reach = new Reach(parent.shell().environment());
            reach.s3(places[0].s3(), this);
            reach.mysql(places[0].mysql(), this);
        }
    }

    private boolean rights(EtcdRights rights, String folder, boolean read, boolean write, String who)
            throws InterruptedException {
        return line("etcd user, " + folder, who + "; docs/SERVERS.md lists the rights",
                () -> rights.check(folder, read, write));
    }

    /** @param advice follows what went wrong */
    boolean line(String what, String advice, Step step) throws InterruptedException {
        try {
            say(Line.Found.OK, what, step.take());
            return true;
        } catch (IOException e) {
            say(Line.Found.FAILED, what, e.getMessage() + (advice.isEmpty() ? "" : ": " + advice));
            return false;
        }
    }

    /** What cannot be checked here. */
    void notChecked(String what, String why) {
        say(Line.Found.NOT_CHECKED, what, "not checked: " + why);
    }

    private void say(Line.Found found, String what, String text) {
        lines.add(new Line(what, found, text));
        if (result.isJson()) {
            return;
        }
        String how = switch (found) {
            case OK -> paint.green("ok");
            case FAILED -> paint.red("FAIL");
            case NOT_CHECKED -> "--";
        };
        parent.shell().out().println(how + Cells.blanks(6 - Cells.width(how)) + Cells.shown(what) + ": "
                + String.join("; ", List.of(Cells.shown(text).split("\n"))));
    }
}
