/**
 * s3-fetch-tool2: downloads the objects of one job concurrently and publishes them in files/ in the order of their
 * names. {@link filehash.fetch.Fetcher} is the loop of an attempt, and {@link filehash.fetch.Window} decides what
 * begins, what is fetched again and what is published. Below it, {@link filehash.fetch.transfer} lists and downloads,
 * and {@link filehash.fetch.s3} sends the requests.
 */
package filehash.fetch;
