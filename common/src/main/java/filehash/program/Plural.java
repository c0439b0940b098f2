package filehash.program;

/** Numbers of things, as people read them in the log. */
public final class Plural {
    private Plural() {
    }

    /** 1 job, 2 jobs. */
    public static String of(long number, String what) {
        return number + " " + noun(number, what);
    }

    /** Of 1 job, of 2 jobs. */
    public static String noun(long number, String what) {
        return number == 1 ? what : what + "s";
    }
}
