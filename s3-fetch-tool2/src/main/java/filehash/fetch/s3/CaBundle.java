package filehash.fetch.s3;

import filehash.pod.GiveUp;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificate authorities to trust instead of Java's own: the PEM file that AWS_CA_BUNDLE names, as in the AWS CLI.
 *
 * @param file null if Java's own are trusted; managers is null then too
 * @param changedAt the file's time of modification when it was read
 */
record CaBundle(Path file, FileTime changedAt, TrustManager[] managers) {
    static final String VARIABLE = "AWS_CA_BUNDLE";

    static CaBundle of(Map<String, String> environment) throws GiveUp {
        String file = environment.get(VARIABLE);
        return file == null || file.isBlank() ? new CaBundle(null, null, null) : read(Path.of(file));
    }

    private static CaBundle read(Path file) throws GiveUp {
        try (InputStream pem = new BufferedInputStream(Files.newInputStream(file))) {
            FileTime changedAt = Files.getLastModifiedTime(file);
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            if (store.size() == 0) {
                throw new GeneralSecurityException("it contains no certificate");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new CaBundle(file, changedAt, factory.getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw GiveUp.conf(VARIABLE + "='" + file + "' is not a PEM file of certificates: " + e);
        }
    }

    /** Opens connections that trust them. */
    SSLSocketFactory sockets() throws GiveUp {
        try {
            if (managers == null) {
                return SSLContext.getDefault().getSocketFactory();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers, null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw GiveUp.conf("cannot set up TLS: " + e);
        }
    }

    /** Whether the file has been replaced or removed since it was read. */
    boolean hasChanged() {
        try {
            return file != null && !Files.getLastModifiedTime(file).equals(changedAt);
        } catch (IOException e) {
            return true; // the client that reads it next reports why
        }
    }
}
