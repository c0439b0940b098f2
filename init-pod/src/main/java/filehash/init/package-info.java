/**
 * init-pod claims jobs from etcd, hands each to the fetcher and the hasher of its pod through the shared directory, and
 * enters it as done. One thread, the main one, does all of it; etcd's callbacks only wake it up.
 *
 * <p>{@link filehash.init.JobRun} is the loop and the order of its steps, and {@link filehash.init.PlanRun} the same
 * for a request that is planned before its run begins. {@link filehash.init.search} finds what to do;
 * {@link filehash.init.claim} holds the transactions, and what a pod may write; {@link filehash.init.tree} holds every
 * key; {@link filehash.init.etcd} reads, writes and watches them.
 */
package filehash.init;
