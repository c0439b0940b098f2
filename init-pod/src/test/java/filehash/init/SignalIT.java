package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Wire;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.pod.PodFile;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** SIGTERM, while etcd is slow or does not answer. */
@Execution(ExecutionMode.CONCURRENT)
class SignalIT {
    private static final int PODS = 5;
    private static final Duration ONE_WAY = Duration.ofMillis(300);

    @TempDir
    Path folder;
    @AutoClose
    private final Store store = Store.create();

    /**
     * The JVM of the process halts 9 s after the signal, whatever is left to do. A machine that stalls may need longer
     * once, so several pods try.
     */
    @Test
    void job_isGivenBackThoughEachCallIsSlow() throws Exception {
        EtcdServer server = EtcdServer.shared();
        try (Wire wire = new Wire(server.address(), server.port())) {
            wire.delay(ONE_WAY);
            boolean givenBack = false;
            for (int pod = 1; !givenBack && pod <= PODS; pod++) {
                givenBack = givesBack("pod-" + pod, String.valueOf(pod), wire.port());
            }
            assertTrue(givenBack, "none of " + PODS + " pods gave its job back");
        }
    }

    private boolean givesBack(String name, String request, int port) throws Exception {
        Map<String, String> environment = new HashMap<>(store.environment(name, "LEASE_SECONDS", "30",
                "SHARED_DIR", folder.resolve(name).toString(), "ETCD_ENDPOINTS", "http://127.0.0.1:" + port));
        try (Pod siblings = store.pod(folder, name, new FakeRows(), new Gate().rows(1));
                InitPodProcess pod = InitPodProcess.start(folder, environment)) {
            store.request(request, 1).await("/wip/" + request + "/0/last_filename", "1");
            pod.terminate();
            Await.until("it ends", Await.BOUND, () -> !pod.runs());
            assertTrue(siblings.directory().has(PodFile.CONF));
            Snapshot end = store.all(); // at one revision, because the last transaction may still be under way
            boolean givenBack = end.has("/wip/" + request + "/0/released");
            assertEquals(givenBack, !end.has("/wip/" + request + "/0/host"), pod.log());
            return givenBack;
        }
    }

    @Test
    void call_thatIsNotAnsweredIsWaitedForLessOnceTheSignalComes() throws Exception {
        Duration patient = timeOfACall(new StopSignal(), false);
        Await.until("one of several calls ends in half of " + patient, Await.BOUND, // a machine may stall in others
                () -> timeOfACall(new StopSignal(), true).compareTo(patient.dividedBy(2)) < 0);
    }

    private Duration timeOfACall(StopSignal signal, boolean comes) throws IOException {
        Etcd.Line silent = new Etcd.Line() {
            @Override
            public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
                return new Unanswered<>(comes ? signal::request : () -> {});
            }
        };
        try (Etcd etcd = Etcd.open(Settings.read(store.environment("pod-1"), 0), silent, signal)) {
            long begun = System.nanoTime();
            assertThrows(IOException.class, () -> etcd.read(Range.key("any")));
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private static final class Unanswered<T> extends CompletableFuture<T> {
        private final Runnable whileWaitedFor;

        Unanswered(Runnable whileWaitedFor) {
            this.whileWaitedFor = whileWaitedFor;
        }

        @Override
        public T get(long time, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            whileWaitedFor.run();
            return super.get(time, unit);
        }
    }
}
