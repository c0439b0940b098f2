package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.documents.TableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The packages of the code, which checkstyle sees only file by file. */
class LayoutTest {
    private static final int MOST_TYPES = 20;

    /** A file holds one type that others can see: checkstyle's OneTopLevelClass. */
    @Test
    void packages_ofTheProgramsHaveAtMostTwentyTypes() throws Exception {
        packages("main").forEach((name, types) -> assertTrue(types.size() <= MOST_TYPES,
                name + " has " + types.size() + " types: " + types));
    }

    /** So that a name in a document, a log line or a stack trace says which class is meant. */
    @Test
    void types_haveNamesOfTheirOwn() throws Exception {
        Map<String, List<String>> packagesOfType = new TreeMap<>();
        for (String source : List.of("main", "test")) {
            packages(source).forEach((name, types) -> types.forEach(
                    type -> packagesOfType.computeIfAbsent(type, first -> new ArrayList<>()).add(name)));
        }
        packagesOfType.values().removeIf(packages -> packages.size() == 1);
        assertEquals(Map.of(), packagesOfType);
    }

    @Test
    void packages_areThoseOfTheContributorsTable() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (TableRow row : TableRow.of("CONTRIBUTING.md", "folder")) {
            documented.addAll(row.code(1));
        }
        Set<String> missing = new TreeSet<>(packages("main").keySet());
        missing.removeAll(documented);
        assertEquals(Set.of(), missing);
        documented.removeAll(packages("main").keySet());
        documented.removeAll(packages("test").keySet());
        assertEquals(Set.of(), documented);
    }

    /** A class that was renamed would silently lose the second compiler. */
    @Test
    void compilerDirectives_nameClassesThatExist() throws Exception {
        Set<String> types = new TreeSet<>();
        packages("main").forEach((name, files) -> files
                .forEach(file -> types.add(name.replace('.', '/') + "/" + file.replace(".java", ""))));
        String directives = Files.readString(TableRow.repository().resolve("docker/image/compiler.json"));
        List<String> named = Pattern.compile("\"(filehash/[^.\"]+)\\.").matcher(directives).results()
                .map(match -> match.group(1)).toList();
        assertFalse(named.isEmpty());
        assertTrue(types.containsAll(named), named + " are not all among " + types);
    }

    /** The types of each package, without package-info. */
    private static Map<String, List<String>> packages(String source) throws IOException {
        Map<String, List<String>> packages = new TreeMap<>();
        for (String module : List.of("common", "init-pod", "s3-fetch-tool2", "file-hasher2", "docker")) {
            Path root = TableRow.repository().resolve(module + "/src/" + source + "/java");
            try (Stream<Path> files = Files.exists(root) ? Files.walk(root) : Stream.empty()) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .forEach(file -> packages.computeIfAbsent(root.relativize(file.getParent()).toString()
                                .replace('/', '.'), name -> new ArrayList<>()).add(file.getFileName().toString()));
            }
        }
        return packages;
    }
}
