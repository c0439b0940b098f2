package filehash.pod;

import filehash.job.JobId;

/** The attempt cannot go on, and a retry would not help. The message becomes the reason in the stop file. */
public final class GiveUp extends Exception {
    private static final long serialVersionUID = 1;

    private final Stopped.Fault fault;
    private final long held;

    private GiveUp(Stopped.Fault fault, String why, long held) {
        super(why);
        this.fault = fault;
        this.held = held;
    }

    /** A fault of this job or of this program. */
    public static GiveUp job(String why) {
        return new GiveUp(Stopped.Fault.JOB, why, 0);
    }

    /** S3 refuses the request's bucket, or the objects below its root. */
    public static GiveUp root(String why) {
        return new GiveUp(Stopped.Fault.ROOT, why, 0);
    }

    /** A fault of /conf or of rights. */
    public static GiveUp conf(String why) {
        return new GiveUp(Stopped.Fault.CONF, why, 0);
    }

    /** Another attempt has taken over: MySQL holds its number. */
    public static GiveUp fenced(long held) {
        return new GiveUp(Stopped.Fault.NONE, "attempt " + held + " has taken over", held);
    }

    Stopped toStopped(JobId id) {
        return new Stopped(id, fault, getMessage(), held);
    }
}
