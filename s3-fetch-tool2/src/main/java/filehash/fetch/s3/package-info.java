/**
 * S3: our own signer and reader of pages. The AWS SDK finds credentials and addresses. No other package imports it, and
 * none of its types is visible to them. {@link filehash.fetch.s3.Bucket} retries nothing. It throws an IOException for
 * a failure that may pass, and a {@link filehash.fetch.s3.Refusal} for one that will not.
 */
package filehash.fetch.s3;
