package filehash.hash.mysql;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A view for people. MySQL 5.6 must accept it too, so there is no subquery in FROM: a second grouping is another view.
 */
record View(String name, String query) {
    /** The rows of FileHash with their request, run and job. */
    private static final String ROWS = """
            SELECT j.RequestID, j.Run, j.JobID, h.ID, h.HostName, h.FileName, h.HashMethod, h.Hash, h.Date
            FROM FileHashJob j
            JOIN FileHashBatch b ON b.Run = j.Run AND b.JobID = j.JobID
            JOIN FileHash h ON h.ID BETWEEN b.FirstID AND b.LastID""";

    /** The number of failed objects of a request, by class. */
    private static final String FAILED = """
            SELECT j.RequestID, j.Run, e.Error, COUNT(*) AS Objects
            FROM FileHashJob j JOIN FileHashError e ON e.Run = j.Run AND e.JobID = j.JobID
            GROUP BY j.RequestID, j.Run, e.Error""";

    /** The progress of a request. */
    private static final String SUMMARY = """
            SELECT j.RequestID, j.Run, %sCOUNT(*) AS Jobs, SUM(j.Finished IS NOT NULL) AS JobsFinished,
              %sSUM(j.Files + j.Failed) AS Objects, SUM(j.Files) AS Files, SUM(j.Failed) AS Failed,
              (SELECT GROUP_CONCAT(f.Error, ' ', f.Objects ORDER BY f.Error SEPARATOR ', ')
               FROM FileHashFailed f WHERE f.Run = j.Run) AS FailedByClass,
              (SELECT SUM(b.LastID - b.FirstID + 1) FROM FileHashBatch b WHERE b.Run = j.Run) AS HashRows,
              SUM(j.Bytes) AS Bytes, MIN(j.Started) AS Started, MAX(j.Updated) AS Updated, %s
              UNIX_TIMESTAMP(MAX(j.Updated)) - UNIX_TIMESTAMP(MIN(j.Started)) AS Seconds,
              SUM(j.Files + j.Failed) / (UNIX_TIMESTAMP(MAX(j.Updated)) - UNIX_TIMESTAMP(MIN(j.Started)))
                AS ObjectsPerSecond
            FROM FileHashJob j GROUP BY j.RequestID, j.Run""";

    /** The numbers that the proof compares. Rows and errors are counted here, not taken from FileHashJob. */
    private static final String COUNT = """
            SELECT j.RequestID, j.Run, COUNT(*) AS Jobs,
              MAX(j.JobID) + 1 - COUNT(*) + (SUM(j.RangeBefore IS NULL) = 0) AS JobsMissing,
              SUM(j.Finished IS NULL) AS JobsUnfinished, %sSUM(j.Listed) AS Listed, SUM(j.Files) AS Files,
              SUM(j.Failed) AS Failed, (SELECT COUNT(*) FROM FileHashError e WHERE e.Run = j.Run) AS Errors,
              SUM(j.Files * (LENGTH(j.Methods) - LENGTH(REPLACE(j.Methods, ',', '')) + 1)) AS RowsExpected,
              (SELECT COUNT(*) FROM FileHashBatch b JOIN FileHash h ON h.ID BETWEEN b.FirstID AND b.LastID
               %s WHERE b.Run = j.Run) AS RowsFound
            FROM FileHashJob j GROUP BY j.RequestID, j.Run""";

    /** Whether each listed object has its rows or its error. */
    private static final String PROOF = """
            SELECT c.RequestID, c.Run, c.Jobs, c.JobsMissing, c.JobsUnfinished, %sc.Listed, c.Files, c.Failed, c.Errors,
              c.RowsExpected, c.RowsFound,
              IF(c.JobsMissing = 0 AND c.JobsUnfinished = 0 AND c.Listed = c.Files + c.Failed
              AND c.Errors = c.Failed AND c.RowsFound = c.RowsExpected, 'yes', 'no') AS Complete
            FROM FileHashCount c""";

    /** Entries of earlier versions have no Date. */
    private static final String SAME_DATE = " AND (h.Date = b.Date OR b.Date IS NULL)";

    /** There is more than one if the jobs of a run read from different places. */
    private static final String SOURCES = "GROUP_CONCAT(DISTINCT j.Source SEPARATOR ', ') AS Source, ";

    /** Null if the run was not planned. */
    private static final String PLANNED = "SUM(j.PlannedObjects) AS PlannedObjects, "
            + "SUM(j.PlannedBytes) AS PlannedBytes, ";

    /** Null unless the user has cancelled the run while a pod worked on it. Earlier versions finish a marked job. */
    private static final String CANCELLED = "MAX(IF(j.Finished IS NULL, j.Cancelled, NULL)) AS Cancelled, ";
    private static final String CANCELLED_BEFORE = "MAX(j.Cancelled) AS Cancelled, ";

    /** Returns them in the order in which they are created: a view may use those before it. */
    static List<View> all(Schema schema) {
        String sameDate = schema.dated() ? SAME_DATE : "";
        String sources = schema.sourced() ? SOURCES : "";
        String planned = schema.planned() ? PLANNED : "";
        String cancelled = schema.cancellable() ? CANCELLED : "";
        return List.of(new View("FileHashOfRequest", ROWS + sameDate), new View("FileHashFailed", FAILED),
                new View("FileHashSummary", SUMMARY.formatted(sources, planned, cancelled)),
                new View("FileHashCount", COUNT.formatted(cancelled, sameDate)),
                new View("FileHashProof", PROOF.formatted(schema.cancellable() ? "c.Cancelled, " : "")));
    }

    /** The words of a definition that are the same on all servers, whatever quotes, brackets and names they add. */
    private static String words(String definition) {
        String bare = definition.toLowerCase(Locale.ROOT).replaceAll("'[^']*'", " ").replaceAll("\\bas `?\\w+`?", " ");
        return Stream.of(bare.split("[^a-z0-9_]+"))
                .filter(word -> !word.matches("|asc|is|null|isnull|_.*|[0-9]+")) // x IS NULL may have become isnull(x)
                .map(word -> word.equals("octet_length") ? "length" : word).collect(Collectors.joining(" "));
    }

    /** Whether a definition from the server is the one of this view. */
    boolean isDefinedAs(String definition) {
        return words(query).equals(words(definition));
    }

    /**
     * Whether this version or an earlier one made this definition. An earlier version made what this one makes if late
     * columns are missing, or had CANCELLED_BEFORE. The downside is that a change of a view in another way makes all
     * earlier ones look like a user's, which are left alone.
     */
    boolean isOurs(String definition) {
        return Schema.withAndWithoutLateColumns().flatMap(schema -> all(schema).stream())
                .filter(view -> view.name.equals(name))
                .anyMatch(view -> view.isDefinedAs(definition) || view.before().isDefinedAs(definition));
    }

    private View before() {
        return new View(name, query.replace(CANCELLED, CANCELLED_BEFORE));
    }

    String create() {
        return "CREATE SQL SECURITY INVOKER VIEW " + name + " AS " + query;
    }

    /** The statement that replaces an existing view; it needs the right to DROP. */
    String replace() {
        return create().replaceFirst("CREATE", "CREATE OR REPLACE");
    }
}
