package filehash.init;

import filehash.job.JobId;
import java.util.HashMap;
import java.util.Map;

/** Plays the part of MySQL in the protocol: it holds each job's rows, and the attempt that may write them. */
final class FakeRows {
    private final Map<String, Job> jobs = new HashMap<>();

    private static final class Job {
        private long attempt;
        private int stored;
    }

    /** Begins an attempt. Returns the number of stored rows, or minus the attempt that holds the job if higher. */
    synchronized long begin(JobId id) {
        Job job = job(id);
        if (job.attempt > id.attempt()) {
            return -job.attempt;
        }
        job.attempt = id.attempt();
        return job.stored;
    }

    /** Stores one row after those before it, if the attempt is still the highest. */
    synchronized boolean store(JobId id, long before) {
        Job job = job(id);
        if (job.attempt != id.attempt() || job.stored != before) {
            return false;
        }
        job.stored++;
        return true;
    }

    synchronized long attempt(JobId id) {
        return job(id).attempt;
    }

    synchronized long highestAttempt() {
        return jobs.values().stream().mapToLong(job -> job.attempt).max().orElse(0);
    }

    synchronized void hold(JobId id, long attempt) {
        job(id).attempt = attempt;
    }

    private Job job(JobId id) {
        return jobs.computeIfAbsent(id.run() + "/" + id.job(), key -> new Job());
    }
}
