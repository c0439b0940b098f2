package filehash.documents;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A row of a table in a Markdown document of this repository.
 *
 * @param cells without the blanks around them
 */
public record TableRow(List<String> cells) {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    /** The folder that holds all modules. */
    public static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** The rows of all tables of a document whose first column has this head; at least one. */
    public static List<TableRow> of(String document, String head) throws IOException {
        List<TableRow> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(repository().resolve(document))) {
            if (inside && line.startsWith("|") && !line.startsWith("| ---")) {
                rows.add(new TableRow(Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList()));
            }
            inside = line.startsWith("|") && (inside || line.startsWith("| " + head + " |"));
        }
        assertFalse(rows.isEmpty(), "no table of '" + head + "' in " + document);
        return rows;
    }

    /** The names that the first column of such tables lists with commas. */
    public static Set<String> names(String document, String head) throws IOException {
        return of(document, head).stream().flatMap(row -> Arrays.stream(row.cells.get(0).split(", ")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The code in a cell. */
    public List<String> code(int cell) {
        return CODE.matcher(cells.get(cell)).results().map(result -> result.group(1)).toList();
    }

    /** The words of a cell that begin with a capital, as columns of tables do. */
    public Set<String> capitals(int cell) {
        return Pattern.compile("\\b[A-Z]\\w+").matcher(cells.get(cell)).results().map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The paths in the first cell; all after the first are relative to the first one's folder. */
    public List<String> paths() {
        List<String> paths = code(0);
        String folder = paths.get(0).substring(0, paths.get(0).lastIndexOf('/') + 1);
        return paths.stream().map(path -> path.startsWith(folder) ? path : folder + path).toList();
    }
}
