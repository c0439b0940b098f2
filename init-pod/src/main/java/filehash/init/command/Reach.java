package filehash.init.command;

import filehash.pod.Conf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Whether S3 and MySQL answer from here, without credentials, which only the two other programs of a pod use. */
final class Reach {
    private static final int TIMEOUT_MILLIS = 5000;
    private static final int LONGEST_GREETING = 256;
    private static final int ERROR_PACKET = 0xff;

    private final Map<String, String> environment;

    Reach(Map<String, String> environment) {
        this.environment = environment;
    }

    void s3(Conf.S3 conf, CheckCommand check) throws InterruptedException {
        URI server = conf.endpoint() == null ? URI.create("https://s3." + conf.region() + ".amazonaws.com")
                : conf.endpoint();
        String what = "S3 " + server;
        String proxy = Stream.of(server.getScheme() + "_proxy", server.getScheme().toUpperCase(Locale.ROOT) + "_PROXY")
                .filter(environment::containsKey).findFirst().orElse(null);
        if (proxy != null) {
            check.notChecked(what, "s3-fetch-tool2 reaches it through " + proxy);
        } else {
            check.line(what, "look at /conf/s3_endpoint, s3_region and s3_bucket, and at the network",
                    () -> bucket(server, conf));
        }
        check.notChecked("S3", "the credentials, and the rights to list and get objects; s3-fetch-tool2 logs them");
    }

    /** S3 says without a signature whether a bucket exists. */
    private static String bucket(URI server, Conf.S3 conf) throws IOException {
        String url = server.toString().replaceFirst("/$", "") + "/" + conf.bucket();
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection(Proxy.NO_PROXY);
        connection.setRequestMethod("HEAD");
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            int status = connection.getResponseCode();
            String region = connection.getHeaderField("x-amz-bucket-region");
            if (status == HttpURLConnection.HTTP_NOT_FOUND) {
                throw new IOException("there is no bucket " + conf.bucket());
            }
            if (region != null && !region.equals(conf.region())) {
                throw new IOException("bucket " + conf.bucket() + " lies in " + region + ", not in " + conf.region());
            }
            if (status >= HttpURLConnection.HTTP_INTERNAL_ERROR) {
                throw new IOException("it answers with status " + status);
            }
            return "answers, status " + status + " for bucket " + conf.bucket();
        } catch (SSLException e) {
            if (!isOfTrust(e)) {
                throw new IOException("TLS fails: " + e.getMessage(), e);
            }
            return "accepts connections; its certificate is not trusted here, but by s3-fetch-tool2 with AWS_CA_BUNDLE"
                    + " perhaps";
        } catch (UnknownHostException e) {
            throw new IOException("the name " + server.getHost() + " does not resolve", e);
        } catch (ConnectException | NoRouteToHostException e) {
            throw e;
        } catch (SocketException e) { // a server without TLS may end the handshake so
            throw "https".equals(server.getScheme())
                    ? new IOException(e.getMessage() + ": perhaps the port speaks no TLS", e) : e;
        } finally {
            connection.disconnect();
        }
    }

    /** Whether the authority of the certificate is unknown: only then does a CA bundle help. */
    private static boolean isOfTrust(Throwable error) {
        return error != null && (error instanceof CertPathBuilderException || isOfTrust(error.getCause()));
    }

    void mysql(Conf.MySql conf, CheckCommand check) throws InterruptedException {
        check.line("MySQL " + conf.host() + ":" + conf.port(), "look at /conf/mysql_host and mysql_port, and at the"
                + " network", () -> greeting(conf.host(), conf.port()));
        check.notChecked("MySQL", "user, password, database and rights; file-hasher2 logs them");
    }

    /** The first packet holds the server's version, or an error. */
    private static String greeting(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new IOException("the name " + host + " does not resolve");
            }
            socket.connect(address, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            InputStream in = socket.getInputStream();
            in.skipNBytes(4);
            int kind = in.read();
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            for (int c = in.read(); c > 0 && text.size() < LONGEST_GREETING; c = in.read()) {
                text.write(c);
            }
            String answer = text.toString(StandardCharsets.UTF_8);
            if (kind == ERROR_PACKET) {
                throw new IOException("it refuses connections: " + answer.substring(Math.min(2, answer.length())));
            }
            return "answers, version " + answer.replaceFirst("^5\\.5\\.5-", ""); // which MariaDB puts before its own
        } catch (IOException e) {
            throw new IOException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
        }
    }
}
