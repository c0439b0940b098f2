/**
 * init-pod claims jobs from etcd, hands each to the two others of its pod through the shared directory, and enters
 * it as done. One thread, the main one, does all of it; etcd's callbacks only wake it up.
 *
 * <p>The protocol is in three classes: {@link filehash.init.JobRun} is the loop, and what is done in which order;
 * {@link filehash.init.Claims} is how a job becomes a pod's; {@link filehash.init.Claim} is what a pod may write while
 * it is. What etcd holds is in {@link filehash.init.Tree}, and all that is ever written there are these transactions,
 * by the words that errors and tests call them by:
 *
 * <ul><li>begin, claim, take over, restore: the first job of a request, its next, an orphan, and a job whose keys a
 * user deleted, by {@link filehash.init.Claims}. All make a job ours in the same way, {@link filehash.init.Bid};
 * <li>tend, give back: that a pod still works, how far it is, and why it works no more, by
 * {@link filehash.init.Claim}; finish: that the job is done, and with the last one the request, by
 * {@link filehash.init.Finish}. These three come through only while the claim stands;
 * <li>judge, tell, clear: what is wrong with a request, and what is left of one, by {@link filehash.init.Upkeep} or
 * whoever meets it; count left: that a user has made left too large, by {@link filehash.init.DeletedJobs}; write: the
 * count of jobs, by {@link filehash.init.Outstanding}. Any pod sends these.</ul>
 *
 * <p>Each compares what it was decided by, so that a second application, or one that comes late, does nothing.
 */
package filehash.init;
