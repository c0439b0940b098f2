package filehash.init.command;

import java.util.Arrays;

/**
 * The main class of the image's /usr/local/bin/filehash, a script whose first line names Java as its interpreter. Linux
 * passes the path of the script as the first argument, which is dropped here.
 */
public final class Script {
    private Script() {
    }

    public static void main(String[] args) {
        System.exit(Commands.run(Arrays.copyOfRange(args, 1, args.length)));
    }
}
