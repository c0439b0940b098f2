package filehash.deaths;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** Reads what a run leaves behind, and keeps it if the run failed. */
final class Evidence {
    private static final int SHOWN = 20;
    private static final int LONGEST_LINE = 400;

    private Evidence() {
    }

    static void throwIfAny(List<String> problems) {
        if (!problems.isEmpty()) {
            String more = problems.size() > SHOWN ? "\n... and " + (problems.size() - SHOWN) + " more" : "";
            throw new AssertionError(String.join("\n", problems.stream().limit(SHOWN).map(Evidence::cut).toList())
                    + more);
        }
    }

    /** Lines of logs that hold a secret, or a stack trace. */
    static List<String> secrets(Path folder, List<String> secrets) throws IOException {
        List<String> problems = new ArrayList<>();
        for (Path log : logs(folder)) {
            String text = Files.readString(log, StandardCharsets.ISO_8859_1);
            if (secrets.stream().anyMatch(text::contains)) {
                problems.add("a secret in " + log);
            }
            if (text.contains("\n\tat ")) {
                problems.add("a stack trace in " + log);
            }
        }
        return problems;
    }

    /** What lies in a shared directory besides what stays there when its pod is idle. */
    static List<String> leftIn(Path directory) throws IOException {
        List<String> left = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.filter(path -> !path.equals(directory) && !path.equals(directory.resolve("files"))
                    && !path.toString().matches(".*\\.(alive|lock|waits)"))
                    .forEach(path -> left.add("left in the idle pod's directory: " + path));
        }
        return left;
    }

    static void keep(Path folder, String why, Etcdctl etcd, AuditSql sql, List<WiredPod> pods, List<String> secrets) {
        write(folder.resolve("failure"), secrets, () -> why);
        write(folder.resolve("etcd"), secrets, () -> {
            StringBuilder text = new StringBuilder();
            etcd.below("/").forEach((key, value) -> text.append(key).append(" = ").append(value).append('\n'));
            return text.toString();
        });
        for (String table : List.of("FileHashJob", "FileHashError", "FileHashBatch", "FileHash")) {
            write(folder.resolve(table), secrets, () -> {
                StringBuilder text = new StringBuilder();
                sql.query("SELECT * FROM " + table).forEach(row -> text.append(row).append('\n'));
                return text.toString();
            });
        }
        for (WiredPod pod : pods) {
            write(folder.resolve(pod.name + ".directory"), secrets, () -> listing(pod.directory));
        }
    }

    /** Removes a folder and all in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            return; // nothing to remove
        }
    }

    private static String cut(String problem) {
        return problem.length() < LONGEST_LINE ? problem : problem.substring(0, LONGEST_LINE) + "...";
    }

    private static String listing(Path directory) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted().toList()) {
                boolean file = Files.isRegularFile(path);
                boolean marker = file && path.getParent().equals(directory);
                text.append(path).append(file ? " " + Files.size(path) : "").append('\n');
                text.append(marker ? Files.readString(path) + "\n" : "");
            }
        }
        return text.toString();
    }

    private static void write(Path file, List<String> secrets, Callable<String> content) {
        String text;
        try {
            text = content.call();
        } catch (Exception e) { // evidence as well
            text = "cannot be had: " + e;
        }
        for (String secret : secrets) {
            text = text.replace(secret, "(secret)");
        }
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            System.err.println("cannot keep " + file + ": " + e);
        }
    }

    private static List<Path> logs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log")).toList();
        }
    }
}
