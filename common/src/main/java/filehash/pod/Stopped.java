package filehash.pod;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;

/**
 * s3stop and hashstop: a sibling has stopped working for this identity.
 *
 * @param why the reason, for people
 * @param held the attempt that MySQL holds, if it is higher than this one, so that the next claim goes above it; else 0
 */
public record Stopped(@JsonUnwrapped JobId id, Fault fault, String why, long held) implements JobId.Carrier {

    /** A stop that counts as no failure. */
    public static Stopped blameless(JobId id, String why) {
        return new Stopped(id, Fault.NONE, why, 0);
    }

    /** The origin of the failure; it decides whether the attempt counts towards parking the job. */
    public enum Fault {
        /** No failure: conf.json said stop. */
        @JsonProperty("none") NONE,
        /** The job, as far as is known: another pod would fail in the same way. */
        @JsonProperty("job") JOB,
        /** The request: S3 refuses its bucket or its root. Its other jobs would fail too, other requests would not. */
        @JsonProperty("root") ROOT,
        /** /conf or rights: a wrong password, refused keys. All other jobs would fail too. */
        @JsonProperty("conf") CONF
    }
}
