/**
 * An attempt at a job, the outcomes of its objects, and how far the job is stored. Neither the digests nor MySQL are
 * known here.
 */
package filehash.hash.job;
