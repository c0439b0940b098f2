/**
 * What the three programs of a pod say to each other: the shared directory with its files, and the words of the domain.
 *
 * <p>A request is cut into jobs; a job is worked on in attempts, numbered from 1; run, job and attempt together are
 * the identity that every shared file carries. Nothing is here that only one of the programs uses.
 */
package filehash.pod;
