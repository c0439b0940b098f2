/**
 * s3-fetch-tool2: downloads the objects of one job, side by side, and publishes them in files/ in the order of their
 * names. {@link filehash.fetch.Fetcher} is the loop of an attempt; {@link filehash.fetch.Bucket} is
 * what it knows of S3.
 */
package filehash.fetch;
