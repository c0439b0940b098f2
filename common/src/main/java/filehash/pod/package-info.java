/**
 * What the three programs of a pod share: the shared directory, its files, and the rules by which they are written and
 * read. All shared files carry the identity of an attempt, {@link filehash.job.JobId}.
 */
package filehash.pod;
