package filehash.fetch.transfer;

import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.S3Checksum;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Computes the checksum of an object from its consecutive segments. A CRC is combined from the CRCs of the segments,
 * which connections compute as the bytes arrive. A digest cannot be combined, so it reads each segment again. Owned by
 * the stream.
 */
final class RunningChecksum {
    private static final int BUFFER = 1 << 17;

    private final S3Checksum expected;
    private final ChecksumKind.Running digest;
    private long crc;

    /** @param expected what S3 reports for the whole object, or null */
    RunningChecksum(S3Checksum expected) {
        this.expected = expected;
        this.digest = expected == null || expected.kind().combines() ? null : expected.kind().start();
    }

    S3Checksum expected() {
        return expected;
    }

    /** Starts the CRC of a segment; null if none is needed. */
    ChecksumKind.Running ofSegment() {
        return expected != null && digest == null ? expected.kind().start() : null;
    }

    /** Adds the next segment. */
    void add(long itsCrc, long length, Path file) throws IOException {
        if (digest != null) {
            byte[] buffer = new byte[BUFFER];
            try (InputStream segment = Files.newInputStream(file)) {
                for (int read = segment.read(buffer); read >= 0; read = segment.read(buffer)) {
                    digest.update(buffer, read);
                }
            }
        } else if (expected != null) {
            crc = expected.kind().combined(crc, itsCrc, length); // the CRC of nothing is 0
        }
    }

    /** The checksum of all segments. May be called only once. */
    String value() {
        return digest == null ? expected.kind().encoded(crc) : digest.value();
    }
}
