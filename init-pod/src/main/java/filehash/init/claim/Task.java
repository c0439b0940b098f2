package filehash.init.claim;

/** What a pod has made its own to do: a job to work on, or a request to plan. */
public sealed interface Task permits Claim, Planning {}
