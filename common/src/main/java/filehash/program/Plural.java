package filehash.program;

/** Numbers of things, as people read them in the log. */
public final class Plural {
    private Plural() {
    }

    /** 1 job, 2 jobs. */
    public static String of(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
