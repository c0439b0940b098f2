package filehash.init.etcd;

import filehash.program.Trouble;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Tracks whether calls to etcd fail. The trouble is over once the kinds of call that failed succeed, or were not made
 * for a while: if one kind fails and others do not, the log would otherwise say "fails" and "works again" in turns.
 * Main thread only, except for the count.
 */
final class CallTrouble {
    private static final Duration FORGET = Duration.ofSeconds(30);

    private final Trouble trouble;
    private final Map<String, Long> failing = new HashMap<>();
    private final LongAdder failures = new LongAdder();

    CallTrouble(Trouble trouble) {
        this.trouble = trouble;
    }

    Trouble trouble() {
        return trouble;
    }

    long failures() {
        return failures.sum();
    }

    /** @param what the call; its first word is the kind */
    void failed(String what) {
        failures.increment();
        failing.put(kind(what), System.nanoTime());
    }

    void worked(String what) {
        failing.remove(kind(what));
        failing.values().removeIf(at -> System.nanoTime() - at > FORGET.toNanos());
        if (failing.isEmpty()) {
            trouble.over();
        }
    }

    private static String kind(String what) {
        return what.split(" ", 2)[0];
    }

    /** The outer error names the kind, the innermost the cause; neither holds the other's text. */
    static String reason(Throwable error) {
        String outer = String.valueOf(error.getMessage()).replaceFirst("^[a-zA-Z.]+Exception: ", "");
        if (outer.contains("database space exceeded")) {
            return "it has no space left (NOSPACE): compact and defragment it, then etcdctl alarm disarm";
        }
        Throwable cause = Stream.iterate(error, e -> e != null, Throwable::getCause).reduce((a, b) -> b).orElse(error);
        return cause == error || outer.contains(String.valueOf(cause.getMessage())) ? outer
                : outer + ": " + cause.getMessage();
    }
}
