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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * The certificates that AWS_CA_BUNDLE names, a PEM file, to be trusted instead of the usual ones: as the AWS CLI.
 *
 * @param file null where the usual ones are trusted, and then there are no managers
 * @param changedAt when the file was written that was read
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
                throw new GeneralSecurityException("no certificate in it");
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return new CaBundle(file, changedAt, factory.getTrustManagers());
        } catch (IOException | GeneralSecurityException e) {
            throw GiveUp.conf(VARIABLE + "='" + file + "' is not a file of certificates in PEM: " + e);
        }
    }

    /** Whether the file is another one now, or gone. */
    boolean hasChanged() {
        try {
            return file != null && !Files.getLastModifiedTime(file).equals(changedAt);
        } catch (IOException e) {
            return true; // the client that reads it next reports why
        }
    }
}
