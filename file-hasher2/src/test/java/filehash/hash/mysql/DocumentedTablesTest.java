package filehash.hash.mysql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.documents.TableRow;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DocumentedTablesTest {
    private static final String DESIGN = "docs/DESIGN.md";

    @Test
    void columns_areThoseOfTheDesign() throws Exception {
        for (Table table : Table.ALL) {
            Set<String> documented = new TreeSet<>();
            Set<String> late = new TreeSet<>();
            for (TableRow row : TableRow.of(DESIGN, "column of " + table.name())) {
                documented.addAll(row.capitals(0));
                if (row.cells().get(0).contains("*late*")) {
                    late.addAll(row.capitals(0));
                }
            }
            assertEquals(table.columns().stream().map(Column::name).collect(Collectors.toSet()), documented);
            assertEquals(table.columns().stream().filter(Column::late).map(Column::name).collect(Collectors.toSet()),
                    late);
        }
    }

    @Test
    void columns_standInTheReadme() throws Exception {
        for (Table table : Table.ALL.stream().filter(table -> table != Table.ROWS).toList()) {
            Set<String> documented = TableRow.of("README.md", "table or view").stream()
                    .filter(row -> row.code(0).contains(table.name())).findFirst().orElseThrow().capitals(1);
            table.columns().forEach(
                    column -> assertTrue(documented.contains(column.name()), table.name() + "." + column.name()));
        }
    }

    @Test
    void publishedTable_isTheOneOfTheReadme() throws Exception {
        String readme = Files.readString(TableRow.repository().resolve("README.md"));
        String statement = readme.replaceAll("(?s).*CREATE TABLE FileHash \\((.*?\\))  --.*", "$1");
        assertEquals(Table.ROWS.columns().stream().map(column -> column.name() + " " + column.type()).toList(),
                Pattern.compile("\\b([A-Z]\\w+ [a-z]\\w*(\\(\\d+\\))?)").matcher(statement).results()
                        .map(MatchResult::group).toList());
    }

    @Test
    void views_areThoseOfTheDocuments() throws Exception {
        var documented = new TreeMap<String, Set<String>>();
        for (TableRow row : TableRow.of(DESIGN, "view")) {
            documented.put(row.cells().get(0), row.capitals(1));
        }
        Set<String> counts = documented.get("FileHashCount"); // which FileHashProof has too
        documented.get("FileHashProof").removeIf(name -> !name.equals("Complete"));
        documented.get("FileHashProof").addAll(counts);
        String readme = Files.readString(TableRow.repository().resolve("README.md"));
        var made = new TreeMap<String, Set<String>>();
        for (View view : View.all(new Schema("", true, true, true, true, 1024))) {
            made.put(view.name(), columns(view));
            assertTrue(readme.contains("`" + view.name() + "`"), view.name());
        }
        assertEquals(made, documented);
    }

    /** The names that a SELECT gives its columns: after AS, or without one the last name of what is selected. */
    private static Set<String> columns(View view) {
        String selected = view.query().replaceAll("(?s)\\s+", " ").replaceFirst("^SELECT ", "");
        Set<String> columns = new TreeSet<>();
        int depth = 0;
        StringBuilder one = new StringBuilder();
        for (String part : selected.split("(?=[(),])|(?<=[(),])|(?= FROM )")) {
            depth += part.equals("(") ? 1 : part.equals(")") ? -1 : 0;
            boolean ends = depth == 0 && (part.equals(",") || part.startsWith(" FROM "));
            if (ends) {
                columns.add(one.toString().strip().replaceFirst("(?s).*[. ]", ""));
                one.setLength(0);
            } else {
                one.append(part);
            }
            if (ends && part.startsWith(" FROM ")) {
                break;
            }
        }
        return columns;
    }
}
