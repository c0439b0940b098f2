package filehash.hash.mysql;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The permitted differences of the server's tables from the documented ones.
 *
 * @param charset the character set of FileHash.FileName
 * @param dated whether FileHashBatch has the column Date, which earlier versions did not create
 * @param sourced whether FileHashJob has the column Source, which earlier versions did not create
 * @param planned the same for PlannedObjects and PlannedBytes
 * @param cancellable the same for Cancelled
 * @param rangeLength how many characters FileHashJob holds of the start of a range
 */
record Schema(String charset, boolean dated, boolean sourced, boolean planned, boolean cancellable, long rangeLength) {
    /** Each combination of the columns that earlier versions did not create. */
    static Stream<Schema> withAndWithoutLateColumns() {
        return IntStream.range(0, 1 << 4).mapToObj(bits -> new Schema("", (bits & 1) > 0, (bits & 2) > 0,
                (bits & 4) > 0, (bits & 8) > 0, 0));
    }
}
