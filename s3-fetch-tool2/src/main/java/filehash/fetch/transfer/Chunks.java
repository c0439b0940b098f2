package filehash.fetch.transfer;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A large object, divided into chunks and shared among connections by work stealing. A connection fetches its run of
 * consecutive chunks with one GET. An idle connection steals the second half of the longest remaining run, and the
 * victim aborts its response at that point. So a connection that works alone needs a single request, and none sits idle
 * while another still has much to fetch. Thread-safe.
 */
final class Chunks {
    private static final long SIZE = 8L << 20;

    private final Item item;
    private final long[] crcs;
    private final List<Run> runs = new ArrayList<>();
    private int left;

    /** The chunks that one connection still has to fetch. Guarded by the lock of Chunks. */
    static final class Run {
        private int at;
        private int end;

        private Run(int at, int end) {
            this.at = at;
            this.end = end;
        }

        /** How many chunks can be stolen: all but the one that is arriving. */
        private int rest() {
            return end - at - 1;
        }
    }

    Chunks(Item item) {
        this.item = item;
        this.crcs = new long[(int) ((item.size() + SIZE - 1) / SIZE)];
        this.left = crcs.length;
    }

    int count() {
        return crcs.length;
    }

    /** The first call returns the whole object, a later one half of the longest rest, or null if none is left. */
    synchronized Run take() {
        Run taken = new Run(0, crcs.length);
        if (left < crcs.length || !runs.isEmpty()) {
            Run longest = runs.stream().max(Comparator.comparingInt(Run::rest)).orElse(null);
            if (longest == null || longest.rest() == 0) {
                return null;
            }
            taken = new Run(longest.end - (longest.rest() + 1) / 2, longest.end);
            longest.end = taken.at;
        }
        runs.add(taken);
        return taken;
    }

    /** The chunk that is arriving. */
    synchronized ByteRange chunk(Run run) {
        return from(run.at, run.at + 1);
    }

    /** That chunk and the ones after it, for one request. */
    synchronized ByteRange rest(Run run) {
        return from(run.at, run.end);
    }

    /** @return whether the run has another chunk */
    synchronized boolean came(Run run, long crc) {
        crcs[run.at++] = crc;
        left--;
        boolean goesOn = run.at < run.end;
        if (!goesOn) {
            runs.remove(run);
        }
        return goesOn;
    }

    /** Whether no chunk is missing. It returns true only once, to the connection that then finishes the object. */
    synchronized boolean complete() {
        boolean complete = left == 0;
        left = complete ? -1 : left;
        return complete;
    }

    /** The CRC of the whole object, once all chunks have arrived. */
    synchronized long crc(ChecksumKind kind) {
        long crc = crcs[0];
        for (int i = 1; i < crcs.length; i++) {
            crc = kind.combined(crc, crcs[i], from(i, i + 1).length());
        }
        return crc;
    }

    private ByteRange from(int first, int end) {
        long from = first * SIZE;
        return new ByteRange(item, from, Math.min(end * SIZE, item.size()) - from);
    }
}
