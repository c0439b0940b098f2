package filehash.pod;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * s3stop and hashstop: a sibling has stopped working for this identity.
 *
 * @param why the reason, for people
 * @param held the attempt that MySQL holds, where it is higher than this one, else 0: the next claim begins above it
 */
public record Stopped(@JsonUnwrapped JobId id, Fault fault, String why, long held) implements JobId.Carrier {

    /** Nobody's fault. */
    public static Stopped blameless(JobId id, String why) {
        return new Stopped(id, Fault.NONE, why, 0);
    }

    /** Whose fault it is: decides whether the attempt counts towards parking the job. */
    public enum Fault {
        /** Nobody's: conf.json said stop. */
        @JsonProperty("none") NONE,
        /** The job's, as far as anybody knows: another pod would meet the same. */
        @JsonProperty("job") JOB,
        /** The request's: S3 refuses its bucket or its root. Its other jobs would meet it too, other requests not. */
        @JsonProperty("root") ROOT,
        /** Something in /conf or in rights: a wrong password, refused keys. All other jobs would meet it too. */
        @JsonProperty("conf") CONF
    }
}
