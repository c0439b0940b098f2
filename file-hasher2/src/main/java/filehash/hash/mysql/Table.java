package filehash.hash.mysql;

import java.util.List;

/** A documented table. */
record Table(String name, List<Column> columns, String keys) {
    private static final String UTF8 = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

    static final String WIDER_ID = "ALTER TABLE FileHash MODIFY ID bigint NOT NULL AUTO_INCREMENT";

    static final Column ID = new Column("ID", "int(11)", "NOT NULL AUTO_INCREMENT");
    static final Column FILE_NAME = new Column("FileName", "varchar(256)", UTF8);

    static final Column SOURCE = new Column("Source", "varchar(2048)", UTF8, true);
    static final Column RANGE_START = new Column("RangeStart", "varchar(1024)", UTF8 + " NOT NULL", false, 8);
    static final Column RANGE_BEFORE = new Column("RangeBefore", "varchar(1024)", UTF8, false, 8);
    static final Column PLANNED_OBJECTS = new Column("PlannedObjects", "bigint", "", true);
    static final Column PLANNED_BYTES = new Column("PlannedBytes", "bigint", "", true);
    static final Column CANCELLED = new Column("Cancelled", "datetime(3)", "", true);
    static final Column BATCH_DATE = new Column("Date", "datetime", "", true);

    /** The published table of the hashes, which does not mention jobs. */
    static final Table ROWS = new Table("FileHash", List.of(
            ID,
            new Column("HostName", "text", ""),
            FILE_NAME,
            new Column("HashMethod", "char(10)", ""),
            new Column("Hash", "text", ""),
            new Column("Date", "datetime", "")),
            "PRIMARY KEY (ID)");

    /** The attempt that owns a job, and how much of it is stored; one row per job of a run. */
    static final Table JOBS = new Table("FileHashJob", List.of(
            new Column("Run", "char(36)", "NOT NULL"),
            new Column("JobID", "int", "NOT NULL"),
            new Column("RequestID", "varchar(1024)", UTF8 + " NOT NULL"),
            new Column("Methods", "varchar(100)", "NOT NULL"),
            RANGE_START,
            RANGE_BEFORE,
            new Column("Attempt", "bigint", "NOT NULL"),
            new Column("HostName", "varchar(255)", "NOT NULL"),
            new Column("LastFileName", "varchar(1024)", UTF8 + " NOT NULL"),
            new Column("Listed", "bigint", ""),
            new Column("Files", "bigint", "NOT NULL"),
            new Column("Failed", "bigint", "NOT NULL"),
            new Column("Bytes", "bigint", "NOT NULL"),
            new Column("Started", "datetime(3)", "NOT NULL"),
            new Column("Updated", "datetime(3)", "NOT NULL"),
            new Column("Finished", "datetime(3)", ""),
            SOURCE,
            PLANNED_OBJECTS,
            PLANNED_BYTES,
            CANCELLED),
            "PRIMARY KEY (Run, JobID)");

    /** The objects without hashes. It has an ID because some servers require a primary key. */
    static final Table ERRORS = new Table("FileHashError", List.of(
            new Column("ID", "bigint", "NOT NULL AUTO_INCREMENT"),
            new Column("Run", "char(36)", "NOT NULL"),
            new Column("JobID", "int", "NOT NULL"),
            new Column("FileName", "varchar(1024)", UTF8 + " NOT NULL"),
            new Column("Error", "varchar(32)", "NOT NULL"),
            new Column("Message", "text", UTF8),
            new Column("Date", "datetime", "NOT NULL")),
            "PRIMARY KEY (ID), KEY (Run, JobID)");

    /** Which rows of FileHash belong to which job: one row per INSERT of a batch. See {@link Ownership}. */
    static final Table BATCHES = new Table("FileHashBatch", List.of(
            new Column("FirstID", "bigint", "NOT NULL"),
            new Column("LastID", "bigint", "NOT NULL"),
            new Column("Run", "char(36)", "NOT NULL"),
            new Column("JobID", "int", "NOT NULL"),
            BATCH_DATE),
            "PRIMARY KEY (FirstID), KEY (Run, JobID)");

    static final List<Table> ALL = List.of(ROWS, JOBS, ERRORS, BATCHES);

    /** The statement that creates it. */
    String create() {
        return "CREATE TABLE " + name + " (" + String.join(", ", columns.stream().map(Column::definition).toList())
                + ", " + keys + ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
    }
}
