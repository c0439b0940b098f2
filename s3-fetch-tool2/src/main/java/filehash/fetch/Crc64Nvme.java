package filehash.fetch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/**
 * CRC-64/NVME, S3's default since 2025. The JDK has none; the SDK's would need its native library. Eight bytes at a
 * time, a table for each. One thread's.
 */
final class Crc64Nvme implements Checksum {
    static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L; // reflected

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long[][] TABLES = tables();

    private long register = -1;

    private static long[][] tables() {
        long[][] tables = new long[Long.BYTES][256];
        for (int b = 0; b < 256; b++) {
            long value = b;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ POLYNOMIAL;
            }
            tables[0][b] = value;
        }
        for (int t = 1; t < Long.BYTES; t++) {
            for (int b = 0; b < 256; b++) {
                long value = tables[t - 1][b];
                tables[t][b] = value >>> Byte.SIZE ^ tables[0][(int) value & 0xff];
            }
        }
        return tables;
    }

    @Override
    public void update(int b) {
        register = register >>> Byte.SIZE ^ TABLES[0][(int) (register ^ b) & 0xff];
    }

    @Override
    public void update(byte[] bytes, int offset, int length) {
        long crc = register;
        int at = offset;
        int longsEnd = offset + length - length % Long.BYTES;
        long[][] t = TABLES;
        for (; at < longsEnd; at += Long.BYTES) {
            long v = crc ^ (long) LONGS.get(bytes, at);
            crc = t[7][(int) v & 0xff] ^ t[6][(int) (v >>> 8) & 0xff] ^ t[5][(int) (v >>> 16) & 0xff]
                    ^ t[4][(int) (v >>> 24) & 0xff] ^ t[3][(int) (v >>> 32) & 0xff] ^ t[2][(int) (v >>> 40) & 0xff]
                    ^ t[1][(int) (v >>> 48) & 0xff] ^ t[0][(int) (v >>> 56)];
        }
        register = crc;
        for (; at < offset + length; at++) {
            update(bytes[at]);
        }
    }

    @Override
    public long getValue() {
        return ~register;
    }

    @Override
    public void reset() {
        register = -1;
    }
}
