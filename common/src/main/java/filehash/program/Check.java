package filehash.program;

/** Checks the settings and ends: with 0, or with 64 and what is wrong, before anything is at work. */
public final class Check {
    private Check() {
    }

    public static void main(String[] args) {
        Program.run("settings", 0, (settings, signal) -> Program.DONE);
    }
}
