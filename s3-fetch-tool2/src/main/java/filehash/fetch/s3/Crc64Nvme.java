package filehash.fetch.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME, S3's default since 2025. The JDK has none, and the SDK's needs a native library.
 *
 * <p>A byte can be removed without changing the CRC by XOR-ing it into certain later bytes. So everything but the last
 * REACH bytes is folded forward, eight bytes at a time and without table look-ups; only the tail goes through the
 * tables. docker/image/compiler.json names this class, so that the second compiler optimises it. Owned by one thread.
 */
final class Crc64Nvme implements Checksum {
    static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L; // reflected

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** TABLES[place][value]: the register that holds only this byte at this place, after eight zero bytes. */
    private static final long[][] TABLES = new long[Long.BYTES][1 << Byte.SIZE];
    /** The number of bytes kept: the longest distance of the folding, rounded up to whole longs. */
    private static final int REACH = 1848;
    private static final int BLOCK = 8 << 10;

    static {
        long[] step = TABLES[Long.BYTES - 1];
        for (int value = 0; value < step.length; value++) {
            step[value] = value;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                step[value] = step[value] >>> 1 ^ ((step[value] & 1) == 0 ? 0 : POLYNOMIAL);
            }
        }
        for (int place = Long.BYTES - 2; place >= 0; place--) {
            for (int value = 0; value < step.length; value++) {
                long later = TABLES[place + 1][value];
                TABLES[place][value] = later >>> Byte.SIZE ^ step[(int) later & 0xff];
            }
        }
    }

    /** The last REACH bytes, folded, followed by room for the next block. */
    private final byte[] bytes = new byte[REACH + BLOCK];

    Crc64Nvme() {
        reset();
    }

    /**
     * Returns eight bytes XOR-ed with those at certain distances before them. A byte n places back stands for x^(8n),
     * and the polynomial divides x^(8 * 1847) + x^(8 * (1847 - 626)) + ... + x^(8 * (1847 - 1709)) + 1. A search found
     * this multiple: among very many sorted sums of four such powers, two differ by 1. The distances are long, so
     * that a load does not wait for the store that wrote its bytes.
     */
    private static long folded(byte[] all, int at) {
        return eight(all, at) ^ eight(all, at - 626) ^ eight(all, at - 667) ^ eight(all, at - 687)
                ^ eight(all, at - 1105) ^ eight(all, at - 1535) ^ eight(all, at - 1545) ^ eight(all, at - 1709)
                ^ eight(all, at - 1847);
    }

    private static long eight(byte[] all, int at) {
        return (long) LONGS.get(all, at);
    }

    @Override
    public void update(int b) {
        update(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void update(byte[] more, int offset, int length) {
        for (int done = 0, now; done < length; done += now) {
            now = Math.min(BLOCK, length - done);
            System.arraycopy(more, offset + done, bytes, REACH, now);
            for (int at = REACH; at < REACH + now; at += Long.BYTES) { // up to 7 bytes too many: harmless
                LONGS.set(bytes, at, folded(bytes, at));
            }
            System.arraycopy(bytes, now, bytes, 0, REACH);
        }
    }

    @Override
    public long getValue() {
        byte[] last = new byte[2 * REACH];
        System.arraycopy(bytes, 0, last, REACH, REACH);
        // undoes the folding within the tail: from the end, so that each byte still has the value that was added
        for (int at = last.length - Long.BYTES; at >= REACH; at -= Long.BYTES) {
            LONGS.set(last, at, folded(last, at));
        }
        long register = 0;
        for (int at = REACH; at < last.length; at += Long.BYTES) {
            long before = register ^ eight(last, at);
            register = 0;
            for (int place = 0; place < Long.BYTES; place++) {
                register ^= TABLES[place][(int) (before >>> place * Byte.SIZE) & 0xff];
            }
        }
        return ~register;
    }

    /** A register starts with all bits set: we prepend the eight bytes that set them in an empty register. */
    @Override
    public void reset() {
        long first = -1;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            first = first < 0 ? (first ^ POLYNOMIAL) << 1 | 1 : first << 1;
        }
        Arrays.fill(bytes, 0, REACH, (byte) 0);
        LONGS.set(bytes, REACH - Long.BYTES, first);
    }
}
