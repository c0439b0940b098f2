/**
 * Access to S3 by the AWS SDK. No other package imports the SDK, and none of its types is visible to them.
 * {@link filehash.fetch.s3.Bucket} sends each request once and throws an IOException for a failure that may pass,
 * a {@link filehash.fetch.s3.Refusal} for one that will not.
 */
package filehash.fetch.s3;
