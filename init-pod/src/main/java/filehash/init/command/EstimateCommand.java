package filehash.init.command;

import filehash.init.command.screen.Amounts;
import filehash.init.command.screen.Cells;
import filehash.init.etcd.Lease;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.etcd.Txn;
import filehash.init.tree.Failures;
import filehash.init.tree.RequestKeys;
import filehash.job.Amount;
import filehash.job.Plan;
import filehash.program.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/**
 * Shows the plan of a folder without the work. Only a pod can list S3, so it puts a request that is to be planned,
 * waits for the plan, and deletes the request again. The keys are bound to a lease: if the command is killed, they
 * vanish, and the pod stops planning.
 */
@Command(name = "estimate", mixinStandardHelpOptions = true,
        description = "Has a pod list a folder, and prints what hashing it would take: objects, bytes, storage classes"
                + " and requests to S3. It needs a pod that is free.")
final class EstimateCommand implements Callable<Integer> {
    private static final long PAUSE_MILLIS = 500;
    /** How long an estimate outlives a command that was killed. Not LEASE_SECONDS, which is the pods'. */
    private static final Duration LEASE = Duration.ofSeconds(15);
    /** Objects in them have to be restored before they can be read. */
    private static final List<String> ARCHIVES = List.of("GLACIER", "DEEP_ARCHIVE");
    private static final int PAGE = 1000;

    @ParentCommand
    private Commands parent;
    @Mixin
    private FolderArgument folder;
    @Mixin
    private Result result;
    /** A signal ends the command: that the request is gone then is no problem. */
    private volatile boolean ending;

    /**
     * What --json prints.
     *
     * @param archived objects in archive classes, which cannot be read as they are
     * @param getRequests at most: one for each object, and of large ones one for each segment
     * @param complete false if the plan did not list everything, so that all numbers are estimates
     */
    record Found(long objects, long bytes, long largest, Map<String, Amount> storageClasses, long archived,
            int jobs, long listRequests, long getRequests, boolean complete) {
        static Found of(Plan plan, long segmentBytes) {
            long archived = ARCHIVES.stream().map(plan.storageClasses()::get)
                    .mapToLong(amount -> amount == null ? 0 : amount.objects()).sum();
            long objects = plan.total().objects();
            return new Found(objects, plan.total().bytes(), plan.largest(), plan.storageClasses(), archived,
                    plan.jobs(), plan.requests() + objects / PAGE + plan.jobs(), objects
                            + (plan.largest() > segmentBytes ? plan.total().bytes() / segmentBytes : 0),
                    plan.complete());
        }

        String text() {
            String about = complete ? "" : "about ";
            StringJoiner lines = new StringJoiner("\n");
            lines.add(row("objects", about + Amounts.count(objects)));
            lines.add(row("bytes", about + Amounts.bytes(bytes)));
            lines.add(row("largest object", (complete ? "" : "at least ") + Amounts.bytes(largest)));
            storageClasses.forEach((name, amount) -> lines.add(row(Cells.shown(name.toLowerCase(Locale.ROOT)),
                    about + Amounts.count(amount.objects(), "object") + ", " + Amounts.bytes(amount.bytes()))));
            if (archived > 0) {
                lines.add(row("cannot be read", about + Amounts.count(archived, "object")
                        + " in archive classes, before they are restored"));
            }
            lines.add(row("jobs", Amounts.count(jobs)));
            lines.add(row("LIST requests", "about " + Amounts.count(listRequests)));
            return lines.add(row("GET requests", "up to " + about + Amounts.count(getRequests))).toString();
        }

        private static String row(String name, String value) {
            return String.format("%-16s%s", name, value);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Shell shell = parent.shell();
        String id = "estimate-" + UUID.randomUUID();
        try (EtcdSession session = EtcdSession.open(shell)) {
            RequestKeys keys = session.tree().request(id);
            Map<String, String> values = Map.of(keys.root(), folder.root(), keys.bucket(), folder.bucket(),
                    keys.method(), "SHA256", keys.estimate(), "auto");
            Lease lease = new Lease(session.etcd(), LEASE);
            shell.err().println("request " + id);
            Thread killed = new Thread(() -> end(shell, id), "killed");
            Runtime.getRuntime().addShutdownHook(killed);
            try {
                session.tried(() -> {
                    Txn txn = session.etcd().txn("put request " + id);
                    for (Map.Entry<String, String> value : values.entrySet()) {
                        txn.bind(value.getKey(), value.getValue(), lease.obtain());
                    }
                    return txn.commit();
                });
                return await(session, lease, keys);
            } finally {
                if (!ending) {
                    Runtime.getRuntime().removeShutdownHook(killed);
                    session.tried(() -> delete(session, id));
                }
            }
        }
    }

    /**
     * By Ctrl-C or another signal, over a connection of its own: the other thread may be in a call. It tries once,
     * because the terminal waits for it.
     */
    private void end(Shell shell, String id) {
        ending = true;
        try (EtcdSession session = EtcdSession.open(shell)) {
            delete(session, id);
        } catch (IOException | InterruptedException e) {
            shell.err().println("request " + id + " is not deleted; it vanishes within " + LEASE.toSeconds() + " s: "
                    + e.getMessage());
        }
    }

    private static boolean delete(EtcdSession session, String id) throws IOException, InterruptedException {
        return session.etcd().txn("delete request " + id).deleteFolder(session.tree().request(id).folder()).commit();
    }

    private int await(EtcdSession session, Lease lease, RequestKeys keys) throws IOException, InterruptedException {
        Shell shell = parent.shell();
        String last = "";
        while (true) {
            lease.renew();
            Snapshot now = session.tried(() -> session.etcd().read(Range.folder(keys.folder())));
            if (now.has(keys.plan())) {
                Found found = Found.of(Json.read(now.value(keys.plan()), Plan.class),
                        session.segmentBytes());
                result.print(shell, found, found.text());
                return Commands.DONE;
            }
            String problem = problem(keys, now);
            if (ending) {
                return Commands.FAILED;
            }
            if (problem != null) {
                shell.err().println(Cells.shown(problem));
                return now.has(keys.estimate()) ? Commands.NEEDS_PERSON : Commands.FAILED;
            }
            String state = now.has(keys.planHost()) ? "a pod lists the folder" : "waits for a pod that is free";
            if (!state.equals(last)) {
                shell.err().println(state);
                last = state;
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    /** Why there will be no plan, or null. A pod that was lost is no reason: another one plans. */
    private static String problem(RequestKeys keys, Snapshot now) {
        if (now.has(keys.error())) {
            return String.valueOf(now.value(keys.error()));
        }
        if (!now.has(keys.estimate())) {
            return "the request is gone: somebody deleted it, or etcd was away for " + LEASE.toSeconds() + " s";
        }
        Failures failures = Failures.read(now.value(keys.planFailures()));
        boolean failed = failures.gaveUp() > 0 || failures.lost() == 0 && !failures.reason().isEmpty();
        return failed ? "planning failed: " + failures.reason() : null;
    }
}
