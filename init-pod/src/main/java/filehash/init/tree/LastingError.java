package filehash.init.tree;

/**
 * Errors of requests whose keys look right: only a try shows what is wrong. So no pod deletes them, and no pod tries
 * the request until its user does.
 */
public final class LastingError {
    private static final String THREW = "cannot be worked on: ";
    private static final String UNPLANNED = "cannot be planned: ";

    private LastingError() {
    }

    /** An unexpected exception, which the keys of the request caused. */
    public static String threw(RuntimeException why) {
        return Text.error(THREW + why + ": correct it, and then delete this key");
    }

    /** It can begin only with a plan, and planning has failed too often. */
    public static String unplanned(Failures failures) {
        return Text.error(UNPLANNED + "put right what follows, and then delete this key: " + failures.reason());
    }

    /** Whether an error, or null, is one of them. */
    public static boolean is(String error) {
        return error != null && (error.startsWith(THREW) || error.startsWith(UNPLANNED));
    }
}
