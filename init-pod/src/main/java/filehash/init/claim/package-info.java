/**
 * What a pod has claimed, and the transactions that the claim permits. {@link filehash.init.claim.Claims} makes a job a
 * pod's, and {@link filehash.init.claim.Claim} holds what the pod may write while it is. For a request that is planned
 * before its run begins, {@link filehash.init.claim.Plans} and {@link filehash.init.claim.Planning} are the same.
 * Errors and tests call the transactions by these words:
 *
 * <ul><li>plan: make the planning of a request the pod's, by {@link filehash.init.claim.Plans}; tend plan, enter
 * ranges, drop plan: what the planner may write, by {@link filehash.init.claim.Planning};
 * <li>begin, claim, take over, restore: the first job of a request, its next one, an orphan, and a job whose keys a
 * user deleted, by {@link filehash.init.claim.Claims}. {@link filehash.init.claim.Bid} is the part that all four share;
 * <li>tend, give back: publish that the pod still works and how far it is, or why it stops, by
 * {@link filehash.init.claim.Claim}; finish: enter the job and, with the last one, the request as done, by
 * {@link filehash.init.claim.Finish}. These three are applied only while the claim stands;
 * <li>judge, report, clear: write what is wrong with a request, and delete the remains of one, by Upkeep in
 * filehash.init.search or the class that meets it; count left: correct a left that a user made too large, by
 * {@link filehash.init.tree.DeletedJobs}; write: the count of jobs, by {@link filehash.init.claim.Outstanding}. Any
 * pod sends these.</ul>
 *
 * <p>Each transaction compares the keys that it was derived from, so a second application, or a late one, does nothing.
 */
package filehash.init.claim;
