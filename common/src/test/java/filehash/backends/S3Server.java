package filehash.backends;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * A real S3 server over plain files: a folder is a bucket, a file an object. It lists in UTF-16 order, and cannot hold
 * {@code a} beside {@code a/b}. It runs in this JVM, so a test that freezes it puts a {@link Wire} in front of it.
 */
public final class S3Server implements AutoCloseable {
    private static final String KEY = "key-of-the-tests-5f1c";
    private static final String SECRET = "secret-of-the-tests-9ab37e";

    private final Path folder;
    private final int port;
    private S3Proxy proxy;

    private S3Server(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** The shared server of this JVM; a test must create a bucket of its own. */
    public static S3Server shared() {
        return Shared.SERVER;
    }

    /** A started server for one test, over any folder. */
    public static S3Server startOwn(Path folder) throws IOException {
        S3Server server = new S3Server(folder, Ports.free());
        server.start();
        return server;
    }

    public String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public String key() {
        return KEY;
    }

    public String secret() {
        return SECRET;
    }

    /** Its folder: a file in it is an object at once. */
    public Path createBucket(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    public void put(String bucket, String name, byte[] content) throws IOException {
        Path file = folder.resolve(bucket).resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    /** Starts it, for the first time or after {@link #kill}. */
    public void start() throws IOException {
        proxy = S3Proxy.builder().endpoint(URI.create(endpoint())).stopTimeout(0)
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
                .blobStore(new FilesystemNio2BlobStore(folder.toString())).build();
        try {
            proxy.start();
        } catch (Exception e) { // the library declares it
            throw new IOException("S3 on port " + port + " does not start", e);
        }
    }

    /** Ends it at once: open connections break, and new ones are refused. */
    public void kill() throws IOException {
        try {
            proxy.stop();
        } catch (Exception e) { // the library declares it
            throw new IOException("S3 on port " + port + " does not stop", e);
        }
    }

    @Override
    public void close() throws IOException {
        kill();
    }

    private static final class Shared {
        static final S3Server SERVER = start();

        private static S3Server start() {
            try {
                Path folder = HostProgram.newFolder("s3");
                S3Server server = startOwn(folder);
                Server.atExit("s3", () -> {
                    server.close();
                    HostProgram.delete(folder);
                });
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
