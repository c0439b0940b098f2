package filehash.backends;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers that all other tests use. */
class BackendsIT {
    private static final Duration BOUND = Await.BOUND;
    private static final byte[] CONTENT = {1, 2, 3};

    @Test
    void etcd_killedComesBackAtTheSameAddressWithItsKeys() throws Exception {
        try (EtcdServer etcd = EtcdServer.startOwn()) {
            etcd("put", etcd, "\"key\":\"" + base64("/a") + "\",\"value\":\"" + base64("one") + "\"");
            etcd.kill();
            etcd.kill(); // as a test may that does not know whether it is gone
            assertThrows(IOException.class, () -> etcd("range", etcd, "\"key\":\"" + base64("/a") + "\""));
            etcd.start();
            String answer = etcd("range", etcd, "\"key\":\"" + base64("/a") + "\"");
            assertTrue(answer.contains(base64("one")), answer);
        }
    }

    @Test
    void server_thatEndsAtOnceIsNotWaitedFor() {
        IOException e = assertThrows(IOException.class, () -> EtcdServer.startOwn("--no-such-flag"));
        assertTrue(e.getMessage().contains(" ended, but says: "), e.getMessage());
        assertTrue(e.getMessage().contains("no-such-flag"), e.getMessage());
    }

    @Test
    void etcd_frozenAnswersOnlyAfterTheThaw() throws Exception {
        try (EtcdServer etcd = EtcdServer.startOwn("--max-request-bytes=2000000")) {
            etcd.freeze();
            assertThrows(IOException.class, etcd::serves);
            etcd.thaw();
            Await.until("etcd answers again", BOUND, etcd::serves);
        }
    }

    @Test
    void shared_isOneServer() throws Exception {
        assertSame(EtcdServer.shared(), EtcdServer.shared());
        assertTrue(EtcdServer.shared().serves());
        assertSame(MySqlServer.shared(), MySqlServer.shared());
        assertTrue(MySqlServer.shared().serves());
        assertSame(S3Server.shared(), S3Server.shared());
    }

    @Test
    void mySql_killedComesBackAtTheSameAddressWithItsRows() throws Exception {
        try (MySqlServer server = MySqlServer.startOwn()) {
            MySqlServer.Database database = server.createDatabase("kept");
            try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE t (name VARCHAR(10))");
                statement.execute("INSERT INTO t VALUES ('\u00e9\ud83d\ude00')");
                server.kill();
                assertThrows(SQLException.class, () -> statement.execute("SELECT 1"));
            }
            assertThrows(SQLException.class, database::connect);
            server.start();
            try (Connection connection = database.connect(); Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT name FROM t")) {
                assertTrue(rows.next());
                assertEquals("\u00e9\ud83d\ude00", rows.getString(1));
            }
        }
    }

    @Test
    void mySql_aUserMayDoOnlyWhatWasGranted() throws Exception {
        MySqlServer.Database mine = MySqlServer.shared().createDatabase("mine", "SELECT");
        MySqlServer.shared().createDatabase("other");
        try (Connection connection = mine.connect(); Statement statement = connection.createStatement()) {
            assertThrows(SQLException.class, () -> statement.execute("CREATE TABLE t (a INT)"));
            assertThrows(SQLException.class, () -> statement.execute("USE other"));
        }
        assertFalse(mine.toString().contains(mine.password()));
    }

    @Test
    void s3_servesWhatLiesInItsFolder(@TempDir Path folder) throws Exception {
        try (S3Server s3 = S3Server.startOwn(folder)) {
            s3.createBucket("photos");
            s3.put("photos", "a/b \u00e9.txt", CONTENT);
            assertArrayEquals(CONTENT, get(s3, "/photos/a/b%20%C3%A9.txt", s3.secret()));
            assertThrows(IOException.class, () -> get(s3, "/photos/a/b%20%C3%A9.txt", "another secret"));
            s3.kill();
            assertThrows(IOException.class, () -> get(s3, "/photos/a/b%20%C3%A9.txt", s3.secret()));
            s3.start();
            assertArrayEquals(CONTENT, get(s3, "/photos/a/b%20%C3%A9.txt", s3.secret()));
        }
    }

    /** Signs by the old scheme, which needs no library. */
    private static byte[] get(S3Server s3, String path, String secret) throws Exception {
        String expires = Long.toString(System.currentTimeMillis() / 1000 + BOUND.toSeconds());
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] signature = mac.doFinal(("GET\n\n\n" + expires + "\n" + path).getBytes(StandardCharsets.UTF_8));
        String encoded = URLEncoder.encode(Base64.getEncoder().encodeToString(signature), StandardCharsets.UTF_8);
        return URI.create(s3.endpoint() + path + "?AWSAccessKeyId=" + s3.key() + "&Expires=" + expires
                + "&Signature=" + encoded).toURL().openStream().readAllBytes();
    }

    private static String etcd(String verb, EtcdServer etcd, String fields) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(etcd.endpoint() + "/v3/kv/" + verb).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setReadTimeout((int) BOUND.toMillis());
        connection.getOutputStream().write(("{" + fields + "}").getBytes(StandardCharsets.UTF_8));
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
