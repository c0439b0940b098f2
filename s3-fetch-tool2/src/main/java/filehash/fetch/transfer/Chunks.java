package filehash.fetch.transfer;

import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A large object in parts, shared out among connections. Each comes by one answer from the first to the last part of
 * its stretch; who has nothing to do takes half of what the one with most has before it, whose answer is then broken
 * off there. So one connection, while all others are busy, asks once for everything, and none is idle while another
 * has much to do. Safe for use by several threads.
 */
final class Chunks {
    private static final long SIZE = 8L << 20;

    private final Item item;
    private final long[] crcs;
    private final List<Run> runs = new ArrayList<>();
    private int left;

    /** What one connection has before it. Guarded by the parts. */
    static final class Run {
        private int at;
        private int end;

        private Run(int at, int end) {
            this.at = at;
            this.end = end;
        }

        /** Without the part that is coming. */
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

    /** Everything, for the first to ask; for others half of the longest rest, or null where there is none. */
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

    /** The part that is coming. */
    synchronized ByteRange chunk(Run run) {
        return from(run.at, run.at + 1);
    }

    /** That part and what is before it, to be asked for at once. */
    synchronized ByteRange rest(Run run) {
        return from(run.at, run.end);
    }

    /** @return whether another is to come */
    synchronized boolean came(Run run, long crc) {
        crcs[run.at++] = crc;
        left--;
        boolean goesOn = run.at < run.end;
        if (!goesOn) {
            runs.remove(run);
        }
        return goesOn;
    }

    /** Whether nothing is missing; said once, to who sees to the rest. */
    synchronized boolean complete() {
        boolean complete = left == 0;
        left = complete ? -1 : left;
        return complete;
    }

    /** That of all parts together, once they have come. */
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
