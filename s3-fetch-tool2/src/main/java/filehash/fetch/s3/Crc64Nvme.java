package filehash.fetch.s3;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME, S3's default since 2025. The JDK has none; the SDK's would need its native library.
 *
 * <p>A byte may be dropped if it is added, by xor, to certain bytes behind it: the CRC stays the same. So all but the
 * last ones are folded away, eight at a time and without a table; only those left go through the tables. One thread's.
 */
final class Crc64Nvme implements Checksum {
    static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L; // reflected

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** What eight zero bytes make of a register that is empty but for the byte at one place, for each value of it. */
    private static final long[][] TABLES = new long[Long.BYTES][1 << Byte.SIZE];
    /** How many bytes are kept: the farthest distance, in whole longs. */
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

    /** The last ones, folded, and behind them room for the next. */
    private final byte[] bytes = new byte[REACH + BLOCK];

    Crc64Nvme() {
        reset();
    }

    /**
     * Eight bytes with what those at certain distances before them add. A byte n places back stands for x^(8n), and the
     * polynomial divides x^(8 * 1847) + x^(8 * (1847 - 626)) + ... + x^(8 * (1847 - 1709)) + 1. A search found it: of
     * very many sums of four such powers, sorted, two differ by 1. The distances are long, or a load would wait for the
     * store that it reads from.
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
            for (int at = REACH; at < REACH + now; at += Long.BYTES) { // up to seven too many: nothing comes of them
                LONGS.set(bytes, at, folded(bytes, at));
            }
            System.arraycopy(bytes, now, bytes, 0, REACH);
        }
    }

    @Override
    public long getValue() {
        byte[] last = new byte[2 * REACH];
        System.arraycopy(bytes, 0, last, REACH, REACH);
        // takes back what these have added to each other: from the end, so that each is still what was added
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

    /** A register begins with all bits set: as if those eight bytes had come that do this to an empty one. */
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
