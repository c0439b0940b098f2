/**
 * init-pod claims jobs from etcd, hands each to the fetcher and the hasher of its pod through the shared directory, and
 * enters it as done. One thread, the main one, does all of it; etcd's callbacks only wake it up.
 *
 * <p>Three classes hold the protocol: {@link filehash.init.JobRun} is the loop and the order of its steps;
 * {@link filehash.init.Claims} makes a job a pod's; {@link filehash.init.Claim} holds what the pod may write while it
 * is. {@link filehash.init.PlanRun}, {@link filehash.init.Plans} and {@link filehash.init.Planning} are the same for a
 * request that is planned before its run begins. {@link filehash.init.tree} holds every key;
 * {@link filehash.init.etcd} reads, writes and watches them. Errors and tests call the transactions by these words:
 *
 * <ul><li>plan: make the planning of a request the pod's, by {@link filehash.init.Plans}; tend plan, enter ranges, drop
 * plan: what the planner may write, by {@link filehash.init.Planning};
 * <li>begin, claim, take over, restore: the first job of a request, its next one, an orphan, and a job whose keys a
 * user deleted, by {@link filehash.init.Claims}. {@link filehash.init.Bid} is the part that all four share;
 * <li>tend, give back: publish that the pod still works and how far it is, or why it stops, by
 * {@link filehash.init.Claim}; finish: enter the job and, with the last one, the request as done, by
 * {@link filehash.init.Finish}. These three are applied only while the claim stands;
 * <li>judge, tell, clear: write what is wrong with a request, and delete the remains of one, by
 * {@link filehash.init.Upkeep} or the class that meets it; count left: correct a left that a user made too large, by
 * {@link filehash.init.tree.DeletedJobs}; write: the count of jobs, by {@link filehash.init.Outstanding}. Any pod sends
 * these.</ul>
 *
 * <p>Each transaction compares the keys that it was derived from, so a second application, or a late one, does nothing.
 */
package filehash.init;
