package filehash.hash;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables, made on first use. */
final class Tables {
    private static final List<String> CREATE = List.of("""
            CREATE TABLE IF NOT EXISTS FileHash (
              ID int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
              HostName text,
              FileName varchar(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
              HashMethod char(10),
              Hash text,
              Date datetime
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""", """
            CREATE TABLE IF NOT EXISTS FileHashJob (
              Run char(36) NOT NULL,
              JobID int NOT NULL,
              RequestID varchar(1024) COLLATE utf8mb4_bin NOT NULL,
              Attempt bigint NOT NULL,
              HostName varchar(255) NOT NULL,
              LastFileName varchar(1024) COLLATE utf8mb4_bin NOT NULL,
              Files bigint NOT NULL,
              Failed bigint NOT NULL,
              Bytes bigint NOT NULL,
              Started datetime(3) NOT NULL,
              Updated datetime(3) NOT NULL,
              Finished datetime(3),
              PRIMARY KEY (Run, JobID)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""", """
            CREATE TABLE IF NOT EXISTS FileHashError (
              ID bigint NOT NULL AUTO_INCREMENT PRIMARY KEY,
              Run char(36) NOT NULL,
              JobID int NOT NULL,
              FileName varchar(1024) COLLATE utf8mb4_bin NOT NULL,
              Error varchar(32) NOT NULL,
              Message text,
              Date datetime,
              KEY (Run, JobID)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""", """
            CREATE TABLE IF NOT EXISTS FileHashBatch (
              FirstID bigint NOT NULL PRIMARY KEY,
              LastID bigint NOT NULL,
              Run char(36) NOT NULL,
              JobID int NOT NULL,
              KEY (Run, JobID)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4""");

    private Tables() {
    }

    static Void make(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            for (String table : CREATE) {
                statement.execute(table);
            }
        }
        return null;
    }
}
