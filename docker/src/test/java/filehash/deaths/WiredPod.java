package filehash.deaths;

import filehash.backends.Await;
import filehash.backends.Packaged;
import filehash.backends.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Three programs on one directory, and a wire of their own to each of the three servers. A scenario can kill,
 * terminate, freeze and cut off the pod or one of its programs.
 */
final class WiredPod implements AutoCloseable {
    static final String INIT = "init-pod";
    static final String FETCH = "s3-fetch-tool2";
    static final String HASH = "file-hasher2";
    static final List<String> PROGRAMS = Packaged.PROGRAMS;

    private static final Duration LONGEST_END = Await.BOUND; // each halts itself after 9 s

    final String name;
    final Path directory;
    final Wire etcd;
    final Wire mysql;
    final Wire s3;
    final Sampler sampler;
    private final Map<String, Container> containers = new LinkedHashMap<>();
    private final List<Container> terminated = new ArrayList<>();
    private boolean ended;

    WiredPod(PodPlan plan, Wire etcd, Wire mysql, Wire s3) {
        this.name = plan.name();
        this.directory = plan.directory();
        this.etcd = etcd;
        this.mysql = mysql;
        this.s3 = s3;
        this.sampler = new Sampler(directory, plan.filesLimit(), plan.filesBytes());
        for (String program : PROGRAMS) {
            containers.put(program, new Container(name + "/" + program, plan.command(program),
                    plan.environment(program, etcd.port(), mysql.port(), s3.port()), plan.log(program), plan.drains()));
        }
    }

    void start() throws IOException {
        for (String program : PROGRAMS) {
            start(program);
        }
    }

    void start(String program) throws IOException {
        containers.get(program).start();
    }

    Container container(String program) {
        return containers.get(program);
    }

    boolean has(String file) {
        return Files.exists(directory.resolve(file));
    }

    /** The text of a file of the shared directory, or empty. */
    String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) { // not there, for whatever reason
            return "";
        }
    }

    /** What one of its programs has logged so far. */
    String log(String program) throws IOException {
        return containers.get(program).log();
    }

    boolean saysWork() {
        return read("conf.json").contains("\"state\":\"work\"");
    }

    void freeze(String... programs) throws IOException {
        Signals.send("STOP", pids(programs));
    }

    void thaw(String... programs) throws IOException {
        Signals.send("CONT", pids(programs));
    }

    void freeze() throws IOException {
        freeze(PROGRAMS.toArray(new String[0]));
    }

    void thaw() throws IOException {
        thaw(PROGRAMS.toArray(new String[0]));
    }

    /** Like the death of its node: nothing of it comes back. */
    void kill() throws IOException {
        crash();
        close();
    }

    /** Like a power failure of its node: it can be started again, and finds the servers at the same addresses. */
    void crash() {
        containers.values().forEach(Container::end);
    }

    /** Sends SIGTERM to all programs that run: one that was just killed does not. */
    void terminate() {
        containers.values().forEach(Container::stopRestarting);
        terminated.addAll(containers.values().stream().filter(Container::isAlive).toList());
        terminated.forEach(Container::terminate);
    }

    /** @return the programs that did not end in time with the exit code of SIGTERM, and how they ended */
    List<String> awaitEnd() throws InterruptedException, IOException {
        List<String> problems = new ArrayList<>();
        long end = System.nanoTime() + LONGEST_END.toNanos();
        for (Container container : terminated) {
            int code = container.awaitEnd(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (code != Container.TERMINATED) {
                problems.add(container + (code < 0 ? " still runs long after SIGTERM" : " ended with " + code));
            }
        }
        kill();
        return problems;
    }

    /** The containers that failed although nothing that a scenario does is a reason to. */
    List<String> endedOfTheirOwn() {
        return containers.values().stream().filter(container -> container.endsOfItsOwn().stream().anyMatch(i -> i != 0))
                .map(container -> container + " ended of its own with " + container.endsOfItsOwn()).toList();
    }

    boolean isEnded() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        ended = true;
        sampler.close();
        etcd.close();
        mysql.close();
        s3.close();
    }

    private List<Long> pids(String... programs) {
        List<Long> pids = new ArrayList<>();
        for (String program : programs) {
            Container container = containers.get(program);
            if (container.isAlive()) {
                pids.add(container.pid());
            }
        }
        return pids;
    }
}
