package filehash.init;

import filehash.backends.Await;
import filehash.init.etcd.Etcd;
import io.etcd.jetcd.kv.TxnResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A line to etcd on which the first call of a name is held until the test releases it. */
final class Held implements Etcd.Line {
    private final String name;
    private final boolean waits;
    private final CompletableFuture<Void> free = new CompletableFuture<>();
    private volatile Supplier<? extends CompletableFuture<?>> held;

    private Held(String name, boolean waits) {
        this.name = name;
        this.waits = waits;
    }

    /** Fails the call for its sender, which goes on. */
    static Held late(String name) {
        return new Held(name, false);
    }

    /** Sends the call only when the test releases it; its sender waits for the answer. */
    static Held waiting(String name) {
        return new Held(name, true);
    }

    boolean holds() {
        return held != null;
    }

    void letGo() {
        free.complete(null);
    }

    /** @return whether etcd wrote anything when the call arrived at last */
    boolean writes() {
        return held.get().thenApply(answer -> ((TxnResponse) answer).isSucceeded())
                .orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
        if (held != null || !what.startsWith(name)) {
            return call.get();
        }
        held = call;
        if (!waits) {
            return CompletableFuture.failedFuture(new IOException("the answer is lost"));
        }
        free.orTimeout(Await.BOUND.toSeconds(), TimeUnit.SECONDS).join();
        return call.get();
    }
}
