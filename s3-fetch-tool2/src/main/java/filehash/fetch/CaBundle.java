package filehash.fetch;

import filehash.pod.GiveUp;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The certificates that AWS_CA_BUNDLE names, a PEM file, to be trusted instead of the usual ones: as the AWS CLI. */
final class CaBundle {
    static final String VARIABLE = "AWS_CA_BUNDLE";

    private CaBundle() {
    }

    static TrustManager[] trusted(Path file) throws GiveUp {
        try (InputStream pem = new BufferedInputStream(Files.newInputStream(file))) {
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
            return factory.getTrustManagers();
        } catch (IOException | GeneralSecurityException e) {
            throw GiveUp.conf(VARIABLE + "='" + file + "' is not a file of certificates in PEM: " + e);
        }
    }
}
