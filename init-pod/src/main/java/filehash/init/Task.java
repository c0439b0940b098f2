package filehash.init;

/** What a pod has made its own to do: a job to work on, or a request to plan. */
sealed interface Task permits Claim, Planning {}
