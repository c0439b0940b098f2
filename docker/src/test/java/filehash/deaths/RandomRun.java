package filehash.deaths;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Pods work on five requests at once, while random faults strike them, each for a while and several at once. All faults
 * are chosen before the first one strikes, so that a seed repeats them.
 */
final class RandomRun {
    private static final int SECONDS_BETWEEN = 2;
    private static final int REFUSED = 7;

    private final World world;
    private final int faults;
    private final int objects;
    private final List<Slot> slots = new ArrayList<>();
    private final List<Semaphore> targets = new ArrayList<>();
    private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private long begunAt;

    RandomRun(World world, int pods, int faults, int objects) {
        this.world = world;
        this.faults = faults;
        this.objects = objects;
        for (int i = 0; i < pods; i++) {
            slots.add(new Slot(world, "pod-" + (char) ('a' + i)));
        }
        for (int i = 0; i < pods + Fault.Of.values().length; i++) {
            targets.add(new Semaphore(1));
        }
    }

    /** One fault, as chosen. */
    private record Strike(Fault fault, int slot, Duration time, Duration pause) {
    }

    World world() {
        return world;
    }

    void report(List<String> more) {
        problems.addAll(more);
    }

    void run() throws Exception {
        List<Strike> strikes = choose(world.random);
        world.s3.pace(Math.max(1, objects / (faults * SECONDS_BETWEEN)));
        ask();
        begunAt = System.nanoTime();
        world.reports(this::table);
        for (Slot slot : slots) {
            slot.begin();
        }
        world.awaitStored(0);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Strike strike : strikes) {
            running.add(begin(strike));
            Pause.of(strike.pause);
        }
        running.forEach(CompletableFuture::join);
        world.s3.pace(0);
        world.await("all requests are done", world::isDone);
        Evidence.throwIfAny(problems);
    }

    private void ask() throws Exception {
        SubmittedRequest first = world.ask("1", objects / 5, 16, "SHA256");
        world.ask("2", objects / 5, 7, "MD5", "SHA512");
        world.ask("3", objects / 5, 32, "SHA1");
        world.ask("4", objects / 5, 1, "SHA384");
        world.askAgain(first, "5", 11, "MD5");
        for (int i = 0; i < REFUSED; i++) {
            world.refuse(first.key(first.names().get(i * first.names().size() / REFUSED)), "AccessDenied", "DENIED");
        }
    }

    private List<Strike> choose(Random random) {
        List<Fault> choices = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            choices.addAll(Collections.nCopies(fault.weight(), fault));
        }
        List<Strike> strikes = new ArrayList<>();
        while (strikes.size() < faults) {
            Fault fault = choices.get(random.nextInt(choices.size()));
            strikes.add(new Strike(fault, random.nextInt(slots.size()),
                    Duration.ofMillis(100 + random.nextLong(1 + fault.longestSeconds() * 1000L)),
                    Duration.ofMillis(random.nextLong(2 * SECONDS_BETWEEN * 1000))));
        }
        return strikes;
    }

    /** Waits until its target is free, and then starts it. */
    private CompletableFuture<Void> begin(Strike strike) throws InterruptedException {
        int server = strike.fault.target().ordinal();
        Semaphore target = targets.get(server == 0 ? strike.slot : slots.size() + server);
        target.acquire();
        struck.merge(strike.fault, 1, Integer::sum);
        return CompletableFuture.runAsync(() -> {
            try {
                strike.fault.course().run(this, slots.get(strike.slot), strike.time);
            } catch (Exception e) { // reported at the end
                problems.add(strike + " fails: " + e);
            } finally {
                target.release();
            }
        }, threads);
    }

    private String table() {
        StringBuilder text = new StringBuilder();
        struck.forEach((fault, count) -> text.append(line(fault.name().toLowerCase().replace('_', ' '), count)));
        Ledger ledger = world.ledger();
        text.append(line("faults in all", struck.values().stream().mapToInt(Integer::intValue).sum()));
        text.append(line("seconds", Duration.ofNanos(System.nanoTime() - begunAt).toSeconds()));
        text.append(line("objects, with those of two requests twice", world.pulse.stored()));
        text.append(line("pods, containers started", world.allPods().size() + ", " + world.allPods().stream()
                .mapToInt(pod -> WiredPod.PROGRAMS.stream().mapToInt(name -> pod.container(name).starts()).sum())
                .sum()));
        text.append(line("ended of their own, with", world.allPods().stream().flatMap(pod -> WiredPod.PROGRAMS.stream()
                .flatMap(name -> pod.container(name).endsOfItsOwn().stream())).toList()));
        text.append(line("longest without progress, seconds", world.pulse.longest().toSeconds()));
        text.append(line("most in files/: entries, bytes", mostInFiles()));
        if (ledger != null) {
            text.append(line("jobs, by attempts", ledger.attempts()));
            text.append(line("rows right", ledger.right()));
            text.append(line("rows missing, twice, wrong",
                    ledger.missing() + ", " + ledger.twice() + ", " + ledger.wrong()));
        }
        return text.toString();
    }

    private String mostInFiles() {
        return world.allPods().stream().mapToInt(pod -> pod.sampler.mostEntries()).max().orElse(0) + ", "
                + world.allPods().stream().mapToLong(pod -> pod.sampler.mostBytes()).max().orElse(0);
    }

    private static String line(String what, Object value) {
        return String.format("| %-42s | %s |%n", what, value);
    }
}
