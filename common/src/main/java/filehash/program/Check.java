package filehash.program;

/** Checks the settings and exits with 0, or with 64 after it has logged what is wrong; it starts no work. */
public final class Check {
    private Check() {
    }

    public static void main(String[] args) {
        Program.run("settings", 0, (settings, signal) -> Program.DONE);
    }
}
