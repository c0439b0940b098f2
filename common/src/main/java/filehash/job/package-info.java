/**
 * The nouns of the domain. A request is divided into jobs, each of which has a range of names. Pods work on a job in
 * attempts, numbered from 1; run, job and attempt together are the identity of an attempt. Nothing here knows files,
 * servers or other programs. Immutable.
 */
package filehash.job;
