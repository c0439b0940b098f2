package filehash.backends;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate with its key, created by the JDK's keytool. It serves a server, a client, and as its own
 * CA.
 *
 * @param store the key store with both, for clients that trust it
 */
public record Certificate(Path store, Path certificate, Path key) {
    public static final String PASSWORD = "the-password-of-the-store";

    /** @param names the subjects, such as ip:127.0.0.1,dns:localhost */
    public static Certificate of(Path folder, String names) throws IOException, InterruptedException {
        return of(folder, names, "EC");
    }

    /** With a key for what does not take one of elliptic curves, which is created faster. */
    public static Certificate ofRsa(Path folder, String names) throws IOException, InterruptedException {
        return of(folder, names, "RSA");
    }

    private static Certificate of(Path folder, String names, String keys) throws IOException, InterruptedException {
        try {
            return make(folder, names, keys);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static Certificate make(Path folder, String names, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Process process = new ProcessBuilder(keytool.toString(), "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC",
                "-genkeypair", "-alias", "server", "-keyalg", algorithm, "-dname", "CN=filehash test", "-ext",
                "san=" + names, "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD)
                .redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("keytool: " + said);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        keys.setCertificateEntry("ca", keys.getCertificate("server"));
        try (var out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD.toCharArray());
        }
        return new Certificate(store,
                pem(folder.resolve("cert.pem"), "CERTIFICATE", keys.getCertificate("server").getEncoded()),
                pem(folder.resolve("key.pem"), "PRIVATE KEY",
                        keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        return Files.writeString(file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }
}
