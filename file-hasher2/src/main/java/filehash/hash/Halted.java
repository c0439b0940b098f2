package filehash.hash;

/** The attempt is not to be worked on any longer: conf.json does not say so any more, or the signal came. */
final class Halted extends Exception {
    private static final long serialVersionUID = 1;

    Halted() {
        super("told to stop", null, false, false);
    }
}
