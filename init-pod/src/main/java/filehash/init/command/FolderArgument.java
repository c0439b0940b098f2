package filehash.init.command;

import filehash.init.command.screen.Cells;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The argument of the commands that are about a folder of S3. */
final class FolderArgument {
    private static final String SCHEME = "s3://";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;
    @Parameters(paramLabel = "s3://BUCKET/FOLDER", description = "The folder; s3://BUCKET is the whole bucket.")
    private String url;

    String bucket() {
        String bucket = rest().substring(0, slash());
        if (bucket.isEmpty()) {
            throw wrong("'" + Cells.shown(url) + "' is not s3://BUCKET/FOLDER");
        }
        if (url.contains("\uFFFD")) {
            throw wrong("an argument is not in the encoding of the locale: set LC_ALL=C.UTF-8");
        }
        return bucket;
    }

    /** With its slashes it means the same whatever it begins and ends with. */
    String root() {
        String path = rest().substring(Math.min(rest().length(), slash() + 1));
        return "/" + path + (path.isEmpty() || path.endsWith("/") ? "" : "/");
    }

    private String rest() {
        return url.startsWith(SCHEME) ? url.substring(SCHEME.length()) : "";
    }

    private int slash() {
        return rest().contains("/") ? rest().indexOf('/') : rest().length();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
