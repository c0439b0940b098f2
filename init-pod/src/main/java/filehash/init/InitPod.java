package filehash.init;

import filehash.init.claim.Claims;
import filehash.init.claim.Finish;
import filehash.init.claim.Outstanding;
import filehash.init.claim.Plans;
import filehash.init.claim.Shares;
import filehash.init.command.Commands;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Lease;
import filehash.init.search.LimitsUpkeep;
import filehash.init.search.Living;
import filehash.init.search.Readiness;
import filehash.init.search.Search;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Tree;
import filehash.init.webhook.Post;
import filehash.init.webhook.Webhooks;
import filehash.pod.DirectoryLock;
import filehash.pod.SharedDirectory;
import filehash.program.Health;
import filehash.program.Program;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** init-pod: claims jobs from etcd and hands them to the two others of its pod. */
public final class InitPod {
    private InitPod() {
    }

    /** Serves as a container of a pod; with arguments it is a command for people. */
    public static void main(String[] args) {
        if (args.length > 0) {
            System.exit(Commands.run(args));
        }
        Program.run("init-pod", 8081, (settings, signal) -> run(settings, signal, Etcd.Line.DIRECT,
                step -> {}));
    }

    @SuppressWarnings("try") // the lock is only held
    static int run(Settings settings, StopSignal signal, Etcd.Line line, Consumer<String> steps)
            throws IOException, InterruptedException {
        SharedDirectory directory = SharedDirectory.open(settings.sharedDir());
        Tree tree = new Tree(settings.etcdPrefix());
        ConfSource conf = new ConfSource(settings, tree);
        Readiness readiness = new Readiness(conf::read, settings.maxAttempts());
        Living living = new Living(directory, System::nanoTime, Clock.systemUTC(), Siblings.FETCHER, Siblings.HASHER);
        try (DirectoryLock alone = DirectoryLock.take(directory, "init-pod", signal);
                Etcd etcd = Etcd.open(settings, line, signal);
                Health health = Health.serve(settings.httpPort(), () -> problem(directory, living, etcd, readiness))) {
            etcd.register(health.metrics());
            Lease lease = new Lease(etcd, settings.lease());
            lease.register(health.metrics());
            etcd.beforeCalls(() -> {
                health.beat();
                lease.renewIfHeld();
            });
            Outstanding outstanding = new Outstanding(etcd, tree, health.metrics());
            Claims claims = new Claims(etcd, tree, lease, settings.hostname(), settings.maxAttempts(), outstanding);
            Plans plans = new Plans(etcd, tree, lease, settings.hostname(), settings.maxAttempts(), directory,
                    () -> Siblings.canPlan(directory));
            Webhooks webhooks = new Webhooks(etcd, tree, conf, settings.hostname(), new Post(System.getenv()),
                    System::nanoTime, health.metrics());
            LimitsUpkeep limits = new LimitsUpkeep(new Shares(etcd, tree, conf, lease, settings.hostname()), directory,
                    readiness.limits(), etcd.trouble());
            Search search = new Search(etcd, tree, claims, plans, outstanding, readiness, living, webhooks, limits,
                    settings.exitWhenIdle(), health, signal);
            Finish finish = new Finish(etcd, tree, outstanding, webhooks, health.metrics());
            Siblings siblings = new Siblings(directory, steps, search::readPlaces);
            PlanRun planRun = new PlanRun(search, claims, plans, readiness, living, siblings, lease,
                    etcd.trouble(), signal);
            Reports reports = new Reports(siblings, etcd, tree, lease);
            new JobRun(search, readiness, living, siblings, lease, finish, reports, planRun, etcd.trouble(),
                    settings.maxAttempts(), signal).serve();
            return search.exitCode();
        }
    }

    private static String problem(SharedDirectory directory, Living living, Etcd etcd, Readiness readiness) {
        return Stream.of(directory.problem(), living.problem(), etcd.trouble().now(), readiness.problem())
                .filter(p -> p != null).findFirst().orElse(null);
    }
}
