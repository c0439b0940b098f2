/**
 * init-pod claims jobs from etcd, hands each to the two others of its pod through the shared directory, and enters
 * it as done.
 *
 * <p>The whole protocol is in three classes: {@link filehash.init.JobRun} the loop, {@link filehash.init.Claims} and
 * {@link filehash.init.Claim} the transactions. What etcd holds is in {@link filehash.init.Tree}. One thread, the main
 * one, does all of it; etcd's callbacks only leave word for it.
 */
package filehash.init;
