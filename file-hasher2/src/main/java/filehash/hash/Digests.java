package filehash.hash;

import filehash.job.HashMethod;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** The digests of one object after the other, one for each method. Used by one thread at a time. */
final class Digests {
    private final List<Running> all;

    private record Running(MessageDigest digest, LongAdder busy) {
        void update(byte[] bytes, int length) {
            long began = System.nanoTime();
            digest.update(bytes, 0, length);
            busy.add(System.nanoTime() - began);
        }
    }

    /** @param busy counts the nanoseconds in the digests of a method */
    Digests(List<HashMethod> methods, Function<HashMethod, LongAdder> busy) {
        all = methods.stream().map(method -> new Running(method.digest(), busy.apply(method))).toList();
    }

    /** Forgets what an object has left that could not be read to its end. */
    void reset() {
        all.forEach(running -> running.digest.reset());
    }

    /** @param shared whether several cores compute them */
    void update(byte[] bytes, int length, boolean shared) {
        (shared ? all.parallelStream() : all.stream()).forEach(running -> running.update(bytes, length));
    }

    /** The values in the order of methods. The next bytes begin another object. */
    List<String> values() {
        return all.stream().map(running -> HexFormat.of().formatHex(running.digest.digest())).toList();
    }
}
