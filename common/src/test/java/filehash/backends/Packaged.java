package filehash.backends;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged programs, to be run as they run in their containers. */
public final class Packaged {
    public static final List<String> PROGRAMS = List.of("init-pod", "s3-fetch-tool2", "file-hasher2");

    private Packaged() {
    }

    /**
     * The command that runs the jar of a program, with the Java of the test and these options of Java. One compiler
     * tier: programs that live for seconds would spend more time on compiling their code well than on running it.
     */
    public static List<String> command(String program, String... options) {
        Path jar = Path.of("..", program, "target", program + ".jar").toAbsolutePath().normalize();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not packaged");
        }
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }

    /** A process that has only these settings in its environment, and whose locale allows only file names in ASCII. */
    public static ProcessBuilder process(List<String> command, Map<String, String> settings) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(settings);
        return builder;
    }
}
