package filehash.init.command;

import java.util.Arrays;

/** The main class of the image's /usr/local/bin/filehash, a script whose interpreter is Java: Linux adds its path. */
public final class Script {
    private Script() {
    }

    public static void main(String[] args) {
        System.exit(Commands.run(Arrays.copyOfRange(args, 1, args.length)));
    }
}
