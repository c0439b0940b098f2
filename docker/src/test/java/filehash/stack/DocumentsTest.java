package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.documents.TableRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DocumentsTest {
    private static final Path HOME = TableRow.repository();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");
    /** A type, or one of its members, as code; tables of MySQL and the model are none. */
    private static final Pattern NAME =
            Pattern.compile("`(?!FileHash[A-Z`.])([A-Z]\\w*[a-z]\\w*)(?:\\.(\\w+)…?)?`");
    /** In manifests and in the operators' manual: a tag of an image but the next one's, a label, or a tag of git. */
    private static final Pattern VERSION = Pattern.compile(
            "(?:(?<!=)filehash/\\S*:|filehash/.* newTag: |kubernetes\\.io/version: |ref=v)(\\d+\\.\\d+\\.\\d+)");
    private static final Pattern TYPE = Pattern.compile("\\b(?:class|record|interface|enum) (\\w+)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    @Test
    void metrics_areThoseOfTheOperatorsManual() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (TableRow row : TableRow.of("k8s/README.md", "of")) {
            row.code(1).stream().filter(name -> name.startsWith("filehash_"))
                    .map(name -> name.replaceFirst("\\{.*", "")).forEach(documented::add);
        }
        Set<String> counted = new TreeSet<>();
        for (String program : List.of("common", "init-pod", "s3-fetch-tool2", "file-hasher2")) {
            files(program + "/src/main/java", ".java").flatMap(file -> found("\"(filehash_[a-z0-9_]+)", read(file)))
                    .forEach(counted::add);
        }
        assertEquals(counted, documented);
    }

    @Test
    void version_isTheSameInPomAndManifestsAndManualAndChangelog() throws Exception {
        String version = found("<revision>(.*)</revision>", read(HOME.resolve("pom.xml"))).findFirst().orElseThrow();
        List<Path> places = Stream.concat(files("k8s", ".yaml"), files("k8s", "README.md"))
                .filter(file -> !file.toString().contains("/target/") && VERSION.matcher(read(file)).find()).toList();
        assertEquals(5, places.size(), places.toString());
        for (Path place : places) {
            assertEquals(Set.of(version), found(VERSION.pattern(), read(place)).collect(Collectors.toSet()),
                    place.toString());
        }
        assertEquals(version, found("(?m)^## (\\S+)", read(HOME.resolve("CHANGELOG.md"))).findFirst().orElseThrow());
    }

    @Test
    void removals_areThoseOfTheProofs() throws Exception {
        assertEquals(files("docker/removals.d", ".patch")
                .map(file -> file.getFileName().toString().replace(".patch", ""))
                .collect(Collectors.toCollection(TreeSet::new)),
                TableRow.names("docs/PROOF.md", "patch"));
    }

    @Test
    void links_leadSomewhere() throws Exception {
        for (Path document : Stream.of("", "docs", "k8s").flatMap(DocumentsTest::documents).toList()) {
            for (MatchResult link : LINK.matcher(read(document)).results().toList()) {
                Path to = link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1));
                assertTrue(Files.exists(to), document + ": " + link.group());
                assertTrue(link.group(2) == null || anchors(to).contains(link.group(2)),
                        document + ": " + link.group());
            }
        }
    }

    @Test
    void typesAndMethods_thatDocumentsNameExist() throws Exception {
        Map<String, String> types = new HashMap<>(); // with all files that declare a type of the name
        for (String module : List.of("common", "init-pod", "s3-fetch-tool2", "file-hasher2", "docker")) {
            files(module + "/src", ".java").map(DocumentsTest::read).forEach(code -> TYPE.matcher(code).results()
                    .forEach(type -> types.merge(type.group(1), code, String::concat)));
        }
        for (String document : List.of("docs/DESIGN.md", "docs/PROOF.md", "CONTRIBUTING.md")) {
            for (MatchResult name : NAME.matcher(read(HOME.resolve(document))).results().toList()) {
                String code = types.get(name.group(1));
                assertNotNull(code, document + " names no type: " + name.group());
                assertTrue(name.group(2) == null || Pattern.compile("\\b" + name.group(2)).matcher(code).find(),
                        document + " names no method: " + name.group());
            }
        }
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path document) {
        return HEADING.matcher(read(document)).results().map(heading -> heading.group(1).toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-')).collect(Collectors.toSet());
    }

    private static Stream<Path> documents(String folder) {
        try (Stream<Path> all = Files.list(HOME.resolve(folder))) {
            return all.filter(file -> file.toString().endsWith(".md")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> files(String folder, String suffix) throws IOException {
        try (Stream<Path> all = Files.walk(HOME.resolve(folder))) {
            return all.filter(file -> file.toString().endsWith(suffix)).toList().stream();
        }
    }

    private static Stream<String> found(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results().map(result -> result.group(1));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
