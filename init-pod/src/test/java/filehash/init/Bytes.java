package filehash.init;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.OptionsUtil;
import java.nio.charset.StandardCharsets;

/** Keys and values as jetcd takes them. */
final class Bytes {
    private Bytes() {
    }

    static ByteSequence of(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    /** The first key after all keys of a folder. */
    static ByteSequence end(String folder) {
        return OptionsUtil.prefixEndOf(of(folder));
    }
}
