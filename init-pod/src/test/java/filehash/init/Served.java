package filehash.init;

import filehash.backends.Await;
import filehash.init.etcd.Etcd;
import filehash.init.page.StatusPage;
import filehash.program.Settings;
import filehash.program.StopSignal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A status page in this process, on a free port. */
final class Served implements AutoCloseable {
    private final Probe probe = Probe.create();
    private final StopSignal signal = new StopSignal();
    private final CompletableFuture<Integer> running;

    private Served(Store store, Etcd.Line line, String... more) throws IOException {
        Settings settings = Settings.read(store.environment("page", more), 0);
        running = CompletableFuture.supplyAsync(() -> {
            try {
                return StatusPage.run(settings, new InetSocketAddress("127.0.0.1", Integer.parseInt(probe.port())),
                        line, signal);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, task -> new Thread(task, "page").start());
    }

    static Served on(Store store, String... more) throws IOException {
        return on(store, Etcd.Line.DIRECT, more);
    }

    static Served on(Store store, Etcd.Line line, String... more) throws IOException {
        Served page = new Served(store, line, more);
        store.await("the page is ready", () -> page.get("/readyz").equals("200 ok"));
        return page;
    }

    String url() {
        return "http://127.0.0.1:" + probe.port() + "/";
    }

    String get(String path) {
        return probe.get(path);
    }

    double metric(String series) {
        return probe.metric(series);
    }

    boolean died() {
        return running.isDone();
    }

    @Override
    public void close() {
        signal.request();
        running.orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }
}
