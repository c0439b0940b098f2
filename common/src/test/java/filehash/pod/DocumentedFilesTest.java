package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.documents.TableRow;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentedFilesTest {
    private static final List<String> PROGRAMS = List.of("init-pod", "s3-fetch-tool2", "file-hasher2");

    @Test
    void files_areThoseOfTheReadme() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (TableRow row : TableRow.of("README.md", "file")) {
            row.code(0).stream().map(name -> name.replace("files/<name>", "")).filter(name -> !name.isEmpty())
                    .map(DocumentedFilesTest::withoutProgram).forEach(documented::add);
        }
        Set<String> used = new TreeSet<>(Set.of(".alive", ".lock", PodFile.starts("").name(),
                SharedDirectory.PART, SharedDirectory.FAILED, SharedDirectory.FULL_NAME));
        for (Field field : PodFile.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof PodFile<?> file) {
                used.add(file.name());
            }
        }
        assertEquals(used, documented);
    }

    private static String withoutProgram(String name) {
        return PROGRAMS.stream().filter(name::startsWith).findFirst().map(it -> name.substring(it.length()))
                .orElse(name);
    }

    @Test
    void classes_ofObjectsThatCannotBeHadAreThoseOfTheDocuments() throws Exception {
        Set<String> classes = Arrays.stream(Failure.Kind.values()).map(Enum::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(classes, TableRow.names("docs/FAILURES.md", "Error"));
        assertEquals(classes, TableRow.names("docs/DESIGN.md", "class"));
    }
}
