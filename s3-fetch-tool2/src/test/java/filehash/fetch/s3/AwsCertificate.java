package filehash.fetch.s3;

import filehash.backends.Certificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate for this machine and for all hosts of AWS, issued by an unknown authority. */
public final class AwsCertificate {
    private static final String NAMES = "dns:localhost,ip:127.0.0.1,dns:*.s3.eu-west-1.amazonaws.com,"
            + "dns:sts.eu-west-1.amazonaws.com,dns:portal.sso.eu-west-1.amazonaws.com";

    private final Certificate certificate;

    private AwsCertificate(Certificate certificate) {
        this.certificate = certificate;
    }

    public static AwsCertificate make(Path folder) throws IOException, InterruptedException {
        return new AwsCertificate(Certificate.of(folder, NAMES));
    }

    /** The authority as a PEM file. */
    public Path pem() {
        return certificate.certificate();
    }

    /** The Java options that trust the authority. */
    public List<String> javaOptions() {
        return List.of("-Djavax.net.ssl.trustStore=" + certificate.store(),
                "-Djavax.net.ssl.trustStorePassword=" + Certificate.PASSWORD);
    }

    public ServerSocket listen() throws IOException, GeneralSecurityException {
        char[] password = Certificate.PASSWORD.toCharArray();
        KeyStore keys = KeyStore.getInstance(certificate.store().toFile(), password);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }
}
