package filehash.pod;

/** The attempt cannot go on, and trying again will not help: its message goes into the stop file as the reason. */
public final class GiveUp extends Exception {
    private static final long serialVersionUID = 1;

    private final Stopped.Fault fault;
    private final long held;

    private GiveUp(Stopped.Fault fault, String why, long held) {
        super(why);
        this.fault = fault;
        this.held = held;
    }

    /** Something about this job, or a fault of ours. */
    public static GiveUp job(String why) {
        return new GiveUp(Stopped.Fault.JOB, why, 0);
    }

    /** S3 refuses what the request asks for: its bucket, or what lies below its root. */
    public static GiveUp root(String why) {
        return new GiveUp(Stopped.Fault.ROOT, why, 0);
    }

    /** Something in /conf, or a matter of rights. */
    public static GiveUp conf(String why) {
        return new GiveUp(Stopped.Fault.CONF, why, 0);
    }

    /** Another attempt has taken over: MySQL holds this one. */
    public static GiveUp fenced(long held) {
        return new GiveUp(Stopped.Fault.NONE, "attempt " + held + " has taken over", held);
    }

    Stopped toStopped(JobId id) {
        return new Stopped(id, fault, getMessage(), held);
    }
}
