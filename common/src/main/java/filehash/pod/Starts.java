package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;

/**
 * &lt;program&gt;.starts: how often a sibling has started to work for one identity without progress in between. Without
 * this limit a container that dies at the same object each time would die there for ever.
 *
 * @param last the last name that was stored at that time
 */
record Starts(@JsonUnwrapped JobId id, int starts, String last) implements JobId.Carrier {

    /** Counts a start; called before any work. */
    static Starts count(SharedDirectory directory, String program, JobId id) throws IOException {
        String last = directory.read(SharedDirectory.PROGRESS, Progress.class, id).map(Progress::last).orElse("");
        int before = directory.read(program + SharedDirectory.STARTS, Starts.class, id)
                .filter(starts -> starts.last.equals(last)).map(Starts::starts).orElse(0);
        Starts starts = new Starts(id, before + 1, last);
        directory.write(program + SharedDirectory.STARTS, starts);
        return starts;
    }
}
