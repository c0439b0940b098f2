package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;
import java.io.IOException;

/**
 * &lt;program&gt;.starts: how often a sibling has started to work for one identity without progress in between. Without
 * this limit a container that dies at the same object each time would die there for ever.
 *
 * @param last the last name that was stored at that time
 */
record Starts(@JsonUnwrapped JobId id, int starts, String last) implements JobId.Carrier {

    static PodFile<Starts> file(String program) {
        return new PodFile<>(program + ".starts", Starts.class);
    }

    /** Counts a start; called before any work. */
    static Starts count(SharedDirectory directory, String program, JobId id) throws IOException {
        String last = directory.read(PodFile.PROGRESS, id).map(Progress::last).orElse("");
        int before = directory.read(file(program), id)
                .filter(starts -> starts.last.equals(last)).map(Starts::starts).orElse(0);
        Starts starts = new Starts(id, before + 1, last);
        directory.write(file(program), starts);
        return starts;
    }
}
