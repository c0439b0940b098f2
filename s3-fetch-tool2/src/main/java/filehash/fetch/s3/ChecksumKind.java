package filehash.fetch.s3;

import filehash.pod.HashMethod;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** S3's kinds of checksums, but for those of XXHash; where an answer carries several, the first of these is checked. */
public enum ChecksumKind {
    CRC32C(Integer.BYTES, 0x82F63B78L, CRC32C::new),
    CRC32(Integer.BYTES, 0xEDB88320L, CRC32::new),
    CRC64NVME(Long.BYTES, Crc64Nvme.POLYNOMIAL, Crc64Nvme::new),
    SHA1(HashMethod.SHA1),
    SHA256(HashMethod.SHA256),
    SHA512(HashMethod.SHA512),
    MD5(HashMethod.MD5);

    private final int bytes;
    private final long polynomial;
    private final Supplier<Checksum> crc;
    private final HashMethod method;

    /** @param polynomial reflected, as the registers of all three are */
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

    /** The checksum of the bytes so far. One thread's. */
    public interface Running {
        void update(byte[] buffer, int length);

        /** As S3 writes it, in base64. To be asked once. */
        String value();

        /** That of a kind that combines. */
        long crc();
    }

    public Running start() {
        return combines() ? new Crc(this, crc.get()) : new Digest(method.digest());
    }

    /** Whether that of a whole can be had from those of its parts. */
    public boolean combines() {
        return crc != null;
    }

    /** The CRC of a part and the next of that length together. */
    public long combined(long part, long next, long nextLength) {
        return product(powerOfX(nextLength), part) ^ next;
    }

    public String encoded(long value) {
        byte[] big = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(big, Long.BYTES - bytes, Long.BYTES));
    }

    /** x to the 8 n: what n zero bytes do to a register. */
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

    /** Modulo the polynomial; the highest bit stands for 1, the next for x. */
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
