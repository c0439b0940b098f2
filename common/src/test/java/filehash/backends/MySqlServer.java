package filehash.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** MySQL, or MariaDB if the machine has that. It needs a JDBC driver for MySQL on the class path. */
public final class MySqlServer extends Server {
    /** The rights that the program needs if it creates its tables itself. */
    public static final String RIGHTS = "SELECT, INSERT, UPDATE, CREATE, CREATE VIEW";

    private static final String IMAGE = "mysql:8.4";
    private static final int PORT = 3306;

    private MySqlServer(int port, Host host) {
        super("MySQL", port, host);
    }

    /** The database of one test, and a user with a password that has only the granted rights on it. */
    public record Database(String host, int port, String name, String user, String password) {
        public Connection connect() throws SQLException {
            return DriverManager.getConnection(bounded(host, port, name), user, password);
        }

        @Override
        public String toString() {
            return user + "@" + host + ":" + port + "/" + name;
        }
    }

    /** The shared server of this JVM; a test must create a database of its own. */
    public static MySqlServer shared() {
        return Shared.SERVER;
    }

    /** A started server for one test; its flags (--ssl-cert=/...) come last and override ours. */
    public static MySqlServer startOwn(String... flags) throws IOException {
        return started(() -> create(List.of(flags)));
    }

    public Database createDatabase(String name) throws SQLException {
        return createDatabase(name, RIGHTS);
    }

    /** Creates the database again, empty. */
    public Database createDatabase(String name, String rights) throws SQLException {
        String password = "db-" + UUID.randomUUID();
        try (Connection root = connect(""); Statement statement = root.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS `" + name + "`");
            if (statement.executeQuery("SELECT 1 FROM mysql.user WHERE User = '" + name + "'").next()) {
                statement.execute("DROP USER '" + name + "'@'%'"); // MySQL 5.6 does not know IF EXISTS here
            }
            statement.execute("CREATE DATABASE `" + name + "` CHARACTER SET utf8mb4");
            statement.execute("CREATE USER '" + name + "'@'%' IDENTIFIED BY '" + password + "'");
            statement.execute("GRANT " + rights + " ON `" + name + "`.* TO '" + name + "'@'%'");
        }
        return new Database(address(), port(), name, name, password);
    }

    /** A connection of root, who has all rights. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(bounded(address(), port(), database), "root", "");
    }

    @Override
    boolean serves() throws SQLException {
        // soon, because it is asked again
        String soon = url(address(), port(), "") + "?connectTimeout=5000&socketTimeout=60000";
        try (Connection root = DriverManager.getConnection(soon, "root", "")) {
            return root.isValid(1);
        }
    }

    private static String bounded(String host, int port, String database) {
        long millis = Await.BOUND.toMillis();
        return url(host, port, database) + "?connectTimeout=" + millis + "&socketTimeout=" + millis;
    }

    private static String url(String host, int port, String database) {
        return "jdbc:mysql://" + host + ":" + port + "/" + database;
    }

    private static MySqlServer create(List<String> flags) throws IOException {
        String home = Host.setting("FILEHASH_MYSQL_HOME", "");
        if (!home.isEmpty()) {
            return mysql(Path.of(home), flags);
        }
        return Host.isDocker() ? container(flags) : mariadb(flags);
    }

    private static MySqlServer container(List<String> flags) throws IOException {
        int port = Ports.free();
        Host host = new DockerContainer(Host.setting("FILEHASH_MYSQL_IMAGE", IMAGE), Map.of(port, PORT))
                .environment("MYSQL_ALLOW_EMPTY_PASSWORD", "yes").environment("MYSQL_ROOT_HOST", "%")
                .arguments(flags).files(flags);
        return new MySqlServer(port, host);
    }

    private static MySqlServer mariadb(List<String> flags) throws IOException {
        String server = HostProgram.find("mariadbd", "mariadb-server-core mariadb-client-core");
        String install = HostProgram.find("mariadb-install-db", "mariadb-server-core mariadb-client-core");
        Path folder = HostProgram.newFolder("mysql");
        List<String> installation = new ArrayList<>(List.of(install));
        installation.addAll(common(folder));
        installation.addAll(List.of("--auth-root-authentication-method=normal", "--skip-test-db",
                "--force")); // even if the machine's name does not resolve
        HostProgram.run(folder, installation);
        return program(folder, List.of(server), flags);
    }

    /** Another server, from an unpacked archive: mysqld, its share/, and the data/mysql/ of a new server. */
    private static MySqlServer mysql(Path home, List<String> flags) throws IOException {
        Path folder = HostProgram.newFolder("mysql");
        HostProgram.run(folder, List.of("cp", "-r", home + "/data/mysql", folder + "/data"));
        return program(folder, List.of("env", "LD_LIBRARY_PATH=" + home, home.resolve("mysqld").toString()),
                Stream.concat(Stream.of("--basedir=" + home, "--lc-messages-dir=" + home.resolve("share")),
                        flags.stream()).toList());
    }

    /** The port is taken only now, because a slow machine installs for a minute. */
    private static MySqlServer program(Path folder, List<String> server, List<String> flags) throws IOException {
        int port = Ports.free();
        return new MySqlServer(port, new HostProgram(folder,
                Stream.of(server, common(folder), flags(folder, port), flags).flatMap(List::stream).toList()));
    }

    private static List<String> common(Path folder) {
        // a server that starts deletes the temporary tables of any other in the same tmpdir
        List<String> common = new ArrayList<>(List.of("--no-defaults", "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder));
        if (Files.isWritable(Path.of("/"))) {
            common.add("--user=root"); // otherwise it refuses to run as root
        }
        return common;
    }

    /** A commit survives kill -9 but no crash of the machine, because it is written and not synced to the disk. */
    private static List<String> flags(Path folder, int port) {
        return List.of("--bind-address=127.0.0.1", "--port=" + port,
                "--socket=socket", // in its datadir: a path of a socket may have 107 bytes
                "--pid-file=" + folder.resolve("pid"), "--innodb-flush-log-at-trx-commit=2",
                "--innodb-buffer-pool-size=64M", "--skip-name-resolve", "--character-set-server=utf8mb4");
    }

    private static final class Shared {
        static final MySqlServer SERVER = startShared(() -> create(List.of()));
    }
}
