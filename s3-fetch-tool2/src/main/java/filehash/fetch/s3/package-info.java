/**
 * S3 by the AWS SDK: the only package that imports it, and no type of the SDK leaves it.
 * {@link filehash.fetch.s3.Bucket} sends each request once and throws an IOException for a failure that may pass,
 * a {@link filehash.fetch.s3.Refusal} for one that will not.
 */
package filehash.fetch.s3;
