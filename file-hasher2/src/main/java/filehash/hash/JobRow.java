package filehash.hash;

import filehash.pod.Names;
import filehash.pod.Tally;
import java.time.Instant;

/**
 * How far MySQL holds a job, by its row in FileHashJob: all names up to the last are stored, and none after it.
 *
 * @param last empty where nothing is stored
 * @param started when the first attempt began, and {@code updated} when this was true, both by MySQL's clock
 */
record JobRow(Tally tally, String last, Instant started, Instant updated) {

    boolean holds(String name) {
        return Names.ORDER.compare(name, last) <= 0;
    }
}
