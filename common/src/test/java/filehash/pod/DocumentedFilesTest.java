package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.documents.TableRow;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentedFilesTest {
    @Test
    void files_areThoseOfTheDesign() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (TableRow row : TableRow.of("docs/DESIGN.md", "file")) {
            row.code(0).stream().map(name -> name.replaceFirst("^files/<name>|^<program>", ""))
                    .filter(name -> !name.isEmpty()).forEach(documented::add);
        }
        Set<String> used = new TreeSet<>(Set.of(".alive", ".lock", PodFile.starts("").name(), PodFile.waits("").name(),
                SharedDirectory.PART, SharedDirectory.FAILED, SharedDirectory.END, SharedDirectory.FULL_NAME,
                ".<stream>.<number>" + Segments.SEGMENT));
        for (Field field : PodFile.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.get(null) instanceof PodFile<?> file) {
                used.add(file.name());
            }
        }
        assertEquals(used, documented);
    }

    @Test
    void classes_ofObjectsThatCannotBeHadAreThoseOfTheDocuments() throws Exception {
        Set<String> classes = Arrays.stream(Failure.Kind.values()).map(Enum::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(classes, TableRow.names("docs/FAILURES.md", "Error"));
        assertEquals(classes, TableRow.names("docs/DESIGN.md", "class"));
    }
}
