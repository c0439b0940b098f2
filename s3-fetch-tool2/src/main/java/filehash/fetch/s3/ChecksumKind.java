package filehash.fetch.s3;

import filehash.job.HashMethod;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * S3's checksum algorithms except the XXHash family. If a response carries several checksums, the first of this order
 * is verified.
 */
public enum ChecksumKind {
    CRC32C(Integer.BYTES, 0x82F63B78L, CRC32C::new),
    CRC32(Integer.BYTES, 0xEDB88320L, CRC32::new),
    CRC64NVME(Long.BYTES, Crc64Nvme.POLYNOMIAL, Crc64Nvme::new),
    SHA1(HashMethod.SHA1),
    SHA256(HashMethod.SHA256),
    SHA512(HashMethod.SHA512),
    MD5(HashMethod.MD5);

    private final String header = "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    private final int bytes;
    private final long polynomial;
    private final Supplier<Checksum> crc;
    private final HashMethod method;

    /** @param polynomial in reflected notation, which all three CRCs use */
    ChecksumKind(int bytes, long polynomial, Supplier<Checksum> crc) {
        this.bytes = bytes;
        this.polynomial = polynomial;
        this.crc = crc;
        this.method = null;
    }

    ChecksumKind(HashMethod method) {
        this.bytes = 0;
        this.polynomial = 0;
        this.crc = null;
        this.method = method;
    }

    /** Computes the checksum of bytes as they arrive. Owned by one thread. */
    public interface Running {
        void update(byte[] buffer, int length);

        /** Returns the checksum in base64, as S3 writes it. May be called only once. */
        String value();

        /** Returns the CRC as a number; only a kind that combines has one. */
        long crc();
    }

    /** The name of the header that carries it, in lower case. */
    String header() {
        return header;
    }

    public Running start() {
        return combines() ? new Crc(this, crc.get()) : new Digest(method.digest());
    }

    /** Whether the checksum of a whole follows from the checksums of its parts. */
    public boolean combines() {
        return crc != null;
    }

    /** Returns the CRC of two consecutive parts, of which the second has that length. */
    public long combined(long part, long next, long nextLength) {
        return product(powerOfX(nextLength), part) ^ next;
    }

    public String encoded(long value) {
        byte[] big = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(big, Long.BYTES - bytes, Long.BYTES));
    }

    /** x to the power of 8 n: multiplying a register by it appends n zero bytes. */
    private long powerOfX(long n) {
        long power = highest();
        long square = highest() >>> Byte.SIZE;
        for (long rest = n; rest > 0; rest >>= 1) {
            if ((rest & 1) == 1) {
                power = product(power, square);
            }
            square = product(square, square);
        }
        return power;
    }

    /** Multiplies modulo the polynomial. The highest bit stands for 1, the next one for x. */
    private long product(long a, long b) {
        long product = 0;
        long shifted = b;
        for (long bit = highest(); bit != 0; bit >>>= 1) {
            product ^= (a & bit) == 0 ? 0 : shifted;
            shifted = shifted >>> 1 ^ ((shifted & 1) == 0 ? 0 : polynomial);
        }
        return product;
    }

    private long highest() {
        return 1L << Byte.SIZE * bytes - 1;
    }

    private record Crc(ChecksumKind kind, Checksum sum) implements Running {
        @Override
        public void update(byte[] buffer, int length) {
            sum.update(buffer, 0, length);
        }

        @Override
        public String value() {
            return kind.encoded(crc());
        }

        @Override
        public long crc() {
            return sum.getValue();
        }
    }

    private record Digest(MessageDigest digest) implements Running {
        @Override
        public void update(byte[] buffer, int length) {
            digest.update(buffer, 0, length);
        }

        @Override
        public String value() {
            return Base64.getEncoder().encodeToString(digest.digest());
        }

        @Override
        public long crc() {
            throw new IllegalStateException(digest.getAlgorithm() + " does not combine");
        }
    }
}
