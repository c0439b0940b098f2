package filehash.hash.mysql;

import java.util.ArrayList;
import java.util.List;

/**
 * How much goes into one packet to MySQL.
 *
 * @param rows how many rows
 */
record PacketRoom(int rows) {
    /** An upper bound of a row, with all of its characters of four bytes or escaped. */
    private static final int LARGEST_ROW_BYTES = 8 * 1024;
    private static final int MOST_ROWS = 2_000;
    /** The statements around the rows in a packet need at most the room of so many rows. */
    private static final int ROWS_AROUND = 2;

    /** @param bytes the server's max_allowed_packet */
    static PacketRoom of(long bytes) {
        return new PacketRoom((int) Math.max(1, Math.min(bytes / LARGEST_ROW_BYTES, MOST_ROWS)));
    }

    /** Whether so many rows fit, with other statements around them. */
    boolean holdsWithOthers(int count) {
        return count + ROWS_AROUND <= rows;
    }

    /** Divides values, one per row, into parts that fit into a packet each. */
    <T> List<List<T>> parts(List<T> values) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < values.size(); from += rows) {
            parts.add(values.subList(from, Math.min(values.size(), from + rows)));
        }
        return parts;
    }
}
