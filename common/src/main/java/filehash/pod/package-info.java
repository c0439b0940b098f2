/**
 * What the three programs of a pod share: the shared directory with its files, and the nouns of the domain.
 *
 * <p>A request is divided into jobs. Pods work on a job in attempts, numbered from 1. Run, job and attempt together are
 * the identity that every shared file carries.
 */
package filehash.pod;
