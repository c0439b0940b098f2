package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import filehash.job.JobId;

/**
 * s3fin: every object of the job is downloaded or has failed.
 *
 * @param listed the number of the job's objects: those stored before this download started, and those listed since
 */
public record S3Fin(@JsonUnwrapped JobId id, long listed) implements JobId.Carrier {
}
