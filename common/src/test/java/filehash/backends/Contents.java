package filehash.backends;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Contents of objects and their checksums, computed in the plainest way. */
public final class Contents {
    private Contents() {
    }

    public static byte[] random(long seed, int size) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** In hexadecimal digits. */
    public static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Bit by bit. */
    public static String crc64(byte[] content) {
        long crc = -1;
        for (byte b : content) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0x9A6C9329AC4BC9B5L;
            }
        }
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(8).putLong(~crc).array());
    }

    public static String crc32(byte[] content) {
        return crc(new CRC32(), content);
    }

    public static String crc32c(byte[] content) {
        return crc(new CRC32C(), content);
    }

    public static String sha(String algorithm, byte[] content) throws NoSuchAlgorithmException {
        return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(content));
    }

    private static String crc(Checksum crc, byte[] content) {
        crc.update(content);
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
