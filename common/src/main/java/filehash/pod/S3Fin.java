package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * s3fin: all objects of the job are downloaded, or failed.
 *
 * @param listed how many objects the job has in all: those stored before this download began, and those listed since
 */
public record S3Fin(@JsonUnwrapped JobId id, long listed) implements JobId.Carrier {
}
