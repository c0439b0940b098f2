package filehash.deaths;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs scenarios one after the other, and ends with 1 if any of them failed. Scenario and seed identify a run: the seed
 * determines all random choices, but not the timing of the machine.
 */
public final class Deaths {
    private static final String USAGE = """
            docker/deaths --list
            docker/deaths [--scenario NAME]... [--seed N] [--rounds N] [--evidence FOLDER]
              without --scenario all but the long one; what a failed run leaves is kept in FOLDER/NAME-SEED""";

    private final List<Scenario> scenarios = new ArrayList<>();
    private long seed = ThreadLocalRandom.current().nextInt(1_000_000);
    private int rounds = 1;
    private Path evidence = Path.of("target", "deaths");

    private Deaths() {
    }

    public static void main(String[] args) throws Exception {
        Deaths deaths = new Deaths();
        try {
            if (!deaths.read(args)) {
                return;
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + USAGE);
            System.exit(64);
        }
        System.exit(deaths.run() ? 0 : 1);
    }

    /** @return whether there is anything to run */
    private boolean read(String[] args) {
        Iterator<String> words = List.of(args).iterator();
        while (words.hasNext()) {
            String option = words.next();
            if (option.equals("--list")) {
                Scenario.all().forEach(System.out::println);
                return false;
            }
            String value = words.hasNext() ? words.next() : "";
            switch (option) {
                case "--scenario" -> scenarios.add(Scenario.named(value));
                case "--seed" -> seed = Long.parseLong(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--evidence" -> evidence = Path.of(value);
                default -> throw new IllegalArgumentException("what is " + option + "?");
            }
        }
        if (scenarios.isEmpty()) {
            Scenario.all().stream().filter(scenario -> !scenario.name().equals("random-long")).forEach(scenarios::add);
        }
        return true;
    }

    private boolean run() throws Exception {
        List<String> failed = new ArrayList<>();
        int passed = 0;
        try (Servers servers = Servers.start()) {
            for (long round = seed; round < seed + rounds; round++) {
                for (Scenario scenario : scenarios) {
                    boolean well = run(servers, scenario, round);
                    passed += well ? 1 : 0;
                    if (!well) {
                        failed.add(scenario + " --seed " + round);
                    }
                }
            }
        }
        System.out.println(passed + " passed, " + failed.size() + " failed");
        failed.forEach(name -> System.out.println("failed: --scenario " + name));
        return failed.isEmpty();
    }

    private boolean run(Servers servers, Scenario scenario, long round) {
        long begin = System.nanoTime();
        Path folder = evidence.resolve(scenario + "-" + round);
        try {
            scenario.run(servers, folder, round);
            System.out.println("passed " + scenario + " --seed " + round + " in " + seconds(begin) + " s");
            return true;
        } catch (Exception | AssertionError e) {
            System.out.println("FAILED " + scenario + " --seed " + round + " in " + seconds(begin) + " s: "
                    + e.getMessage() + "\n  kept in " + folder.toAbsolutePath());
            return false;
        }
    }

    private static long seconds(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }
}
