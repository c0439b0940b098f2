package filehash.init;

import filehash.init.etcd.Etcd;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** A line to etcd on which the n-th call of a name fails. */
final class Faults implements Etcd.Line {
    private final String name;
    private final Kind kind;
    private int skip;
    private int later = -1;
    private Runnable late;
    private volatile boolean happened;

    enum Kind { DIES_BEFORE, DIES_AFTER, ANSWER_LOST, NEVER_SENT, LATE_BY_ONE_CALL, LATE_BY_FOUR_CALLS }

    /** The process dies. This is an Error, so no catch of the program stops it. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    /** @param skip how many calls of that name succeed before */
    Faults(String name, int skip, Kind kind) {
        this.name = name;
        this.skip = skip;
        this.kind = kind;
    }

    boolean happened() {
        return happened;
    }

    /** Does the same for the changes of init-pod in the shared directory. */
    synchronized void step(String what) {
        if (!happened && what.startsWith(name) && skip-- == 0) {
            happened = true;
            throw new Death();
        }
    }

    @Override
    public synchronized <T> CompletableFuture<T> send(String what, Supplier<CompletableFuture<T>> call) {
        if (later > 0 && --later == 0) {
            late.run();
        }
        if (happened || !what.startsWith(name) || skip-- > 0) {
            return call.get();
        }
        happened = true;
        switch (kind) {
            case DIES_BEFORE -> throw new Death();
            case DIES_AFTER -> {
                call.get().join();
                throw new Death();
            }
            case ANSWER_LOST -> call.get().join();
            case NEVER_SENT -> later = -1;
            default -> {
                later = kind == Kind.LATE_BY_ONE_CALL ? 1 : 4;
                late = () -> call.get().handle((answer, error) -> answer).join();
            }
        }
        return CompletableFuture.failedFuture(new IOException("the answer is lost"));
    }
}
