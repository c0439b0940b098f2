package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.documents.TableRow;
import filehash.init.tree.JobKeys;
import filehash.init.tree.Tree;
import filehash.program.Settings;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentedKeysTest {
    private final Tree tree = new Tree("");
    private final Set<String> used = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(strings = {"README.md docs/REQUESTS.md", "docs/DESIGN.md"})
    void keys_areThoseOfTheDocuments(String documents) throws Exception {
        Settings.CONF_KEYS.forEach(key -> used.add(tree.conf() + key));
        used.add(tree.outstanding());
        useAll(tree.request("<id>"));
        useAll(new JobKeys(tree.wips("<id>") + "<job>/"));
        used.add(tree.ranges("<id>") + "<k>");
        used.add(tree.webhook("<id>"));
        used.add(tree.share("<lease>"));
        used.add(tree.lately("<lease>"));
        useAll(tree.done("<id>"));
        JobKeys done = new JobKeys(tree.done("<id>").folder() + "<job>/");
        used.addAll(Set.of(done.host(), done.rangeStart(), done.rangeEnd(), done.progress()));
        Set<String> documented = new TreeSet<>();
        for (String document : documents.split(" ")) {
            TableRow.of(document, "key").forEach(row -> documented.addAll(row.paths()));
        }
        assertEquals(used, documented);
    }

    private void useAll(Record keys) throws ReflectiveOperationException {
        for (Method method : keys.getClass().getDeclaredMethods()) {
            boolean isKey = method.getReturnType() == String.class && method.getParameterCount() == 0
                    && !Modifier.isStatic(method.getModifiers()) && !Set.of("folder", "toString")
                            .contains(method.getName());
            if (isKey) {
                used.add((String) method.invoke(keys));
            }
        }
    }
}
