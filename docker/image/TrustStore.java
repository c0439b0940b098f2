import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** In the image build: makes Java's trust store of the certificates that the base image trusts. */
class TrustStore {
    public static void main(String[] args) throws Exception {
        Security.setProperty("keystore.pkcs12.certProtectionAlgorithm", "NONE"); // as in the JDK's own: no secret in it
        Security.setProperty("keystore.pkcs12.macAlgorithm", "NONE");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(args[0]))) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca" + store.size(), certificate);
            }
        }
        try (OutputStream file = Files.newOutputStream(Path.of(args[1]))) {
            store.store(file, new char[0]);
        }
        System.out.println(store.size() + " certificates");
    }
}
