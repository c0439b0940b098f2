package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for this machine and for all hosts of AWS, issued by an unknown authority. */
public final class AwsCertificate {
    private static final String PASSWORD = "changeit";
    private static final String NAMES = "san=dns:localhost,ip:127.0.0.1,dns:*.s3.eu-west-1.amazonaws.com,"
            + "dns:sts.eu-west-1.amazonaws.com,dns:portal.sso.eu-west-1.amazonaws.com";

    private final Path store;

    private AwsCertificate(Path store) {
        this.store = store;
    }

    public static AwsCertificate make(Path folder) throws IOException, InterruptedException {
        AwsCertificate tls = new AwsCertificate(folder.resolve("tls.p12"));
        tls.keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=filehash test", "-ext", NAMES);
        tls.keytool("-exportcert", "-rfc", "-file", tls.pem().toString());
        return tls;
    }

    /** The authority as a PEM file. */
    public Path pem() {
        return store.resolveSibling("ca.pem");
    }

    /** The Java options that trust the authority. */
    public List<String> javaOptions() {
        return List.of("-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    public ServerSocket listen() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool")
                .toString(), "-alias", "server", "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass",
                PASSWORD));
        command.addAll(1, List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
    }
}
