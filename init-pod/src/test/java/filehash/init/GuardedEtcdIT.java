package filehash.init;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.backends.Await;
import filehash.backends.Certificate;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Etcd;
import filehash.init.etcd.Range;
import filehash.program.Settings;
import filehash.program.StopSignal;
import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An etcd with users and passwords, or with TLS. */
@Execution(ExecutionMode.CONCURRENT)
class GuardedEtcdIT {
    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();

    @Test
    void tls_withAClientsCertificateIsAllThatIsNeeded() throws Exception {
        Certificate certificate = Certificate.of(folder, "ip:127.0.0.1");
        String ca = certificate.certificate().toString();
        String key = certificate.key().toString();
        try (EtcdServer server = EtcdServer.startOwn("--cert-file=" + ca, "--key-file=" + key, "--client-cert-auth",
                "--trusted-ca-file=" + ca);
                Store store = Store.create(server.endpoint(), "ETCD_CACERT", ca, "ETCD_CERT", ca, "ETCD_KEY", key);
                Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(2)).start()) {
            store.request("1", 2);
            store.await("done", () -> store.has("/done/1/summary"));
            assertFalse(pod.died());
            assertRefused(server, "certificate", "ETCD_CACERT", ca);
            assertRefused(server, "certification path", "ETCD_CERT", ca, "ETCD_KEY", key);
        }
    }

    @Test
    void password_isAllThatIsNeededAlsoAfterEtcdHasForgottenItsTokens() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "PASS-OF-PODS\n");
        try (EtcdServer server = guarded();
                Store store = Store.create(server.endpoint(), "ETCD_USER", "pods", "ETCD_PASSWORD", "PASS-OF-PODS");
                Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(2))) {
            Pod other = store.pod(folder, "pod-2", rows, Pod.Work.objects(2), "ETCD_PASSWORD", "",
                    "ETCD_PASSWORD_FILE", password.toString()).start();
            store.request("1", 2);
            store.await("done", () -> store.has("/done/1/summary"));
            other.close();
            pod.start();
            server.kill();
            server.start();
            store.request("2", 2);
            store.await("done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
            assertRefused(server, "invalid user ID or password", "ETCD_USER", "pods", "ETCD_PASSWORD",
                    "not-the-password");
            assertRefused(server, "user name is empty");
        }
    }

    /** cert-manager and Vault replace certificates each day or week. */
    @Test
    void certificates_thatAreReplacedNeedNoRestart() throws Exception {
        Path live = Files.createDirectories(folder.resolve("live"));
        String cert = replace(live, "first").resolve("cert.pem").toString();
        String key = live.resolve("key.pem").toString();
        try (EtcdServer server = EtcdServer.startOwn("--cert-file=" + cert, "--key-file=" + key, "--client-cert-auth",
                "--trusted-ca-file=" + cert);
                Store store = Store.create(server.endpoint(), "ETCD_CACERT", cert, "ETCD_CERT", cert, "ETCD_KEY", key);
                Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(2)).start()) {
            store.request("1", 2);
            store.await("done", () -> store.has("/done/1/summary"));
            server.kill();
            replace(live, "second");
            server.start();
            store.request("2", 2);
            store.await("done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    private Path replace(Path live, String name) throws Exception {
        Certificate certificate = Certificate.of(Files.createDirectories(folder.resolve(name)), "ip:127.0.0.1");
        Files.copy(certificate.certificate(), live.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(certificate.key(), live.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
        return live;
    }

    @Test
    void password_thatIsReplacedInItsFileNeedsNoRestart() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "PASS-OF-PODS\n");
        try (EtcdServer server = guarded();
                Store store = Store.create(server.endpoint(), "ETCD_USER", "pods", "ETCD_PASSWORD_FILE",
                        password.toString());
                Pod pod = store.pod(folder, "pod-1", rows, Pod.Work.objects(2)).start()) {
            store.request("1", 1);
            store.await("done", () -> store.has("/done/1/summary"));
            asRoot(server, auth -> auth.userChangePassword(Bytes.of("pods"), Bytes.of("PASS-THAT-IS-NEW"))
                    .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS));
            Files.writeString(password, "PASS-THAT-IS-NEW");
            store.request("2", 1);
            store.await("done", () -> store.has("/done/2/summary"));
            assertFalse(pod.died());
        }
    }

    interface Step {
        void with(Auth auth) throws Exception;
    }

    static void asRoot(EtcdServer server, Step step) throws Exception {
        try (Client client = Client.builder().endpoints(server.endpoint()).user(Bytes.of("root"))
                .password(Bytes.of("PASS-OF-ROOT")).build()) {
            step.with(client.getAuthClient());
        }
    }

    /** A pod whose login is refused reports the reason at once. */
    private static void assertRefused(EtcdServer server, String why, String... access) throws Exception {
        Map<String, String> environment = new HashMap<>(Map.of("ETCD_ENDPOINTS", server.endpoint()));
        for (int i = 0; i < access.length; i += 2) {
            environment.put(access[i], access[i + 1]);
        }
        try (Etcd etcd = Etcd.open(Settings.read(environment, 0), Etcd.Line.DIRECT, new StopSignal())) {
            Await.value("it is refused: " + why, () -> { // a busy machine may not answer in time
                String said = assertThrows(IOException.class, () -> etcd.read(Range.folder("test-"))).getMessage();
                assertFalse(said.contains("not-the-password"), said);
                return said;
            }, said -> said.contains(why));
        }
    }

    /** Only the user pods may read and write the keys of tests. */
    static EtcdServer guarded() throws Exception {
        return guarded(EtcdServer.startOwn("--bcrypt-cost=4"));
    }

    static EtcdServer guarded(EtcdServer server) throws Exception {
        ByteSequence root = Bytes.of("root");
        ByteSequence pods = Bytes.of("pods");
        try (Client client = Client.builder().endpoints(server.endpoint()).build()) {
            Auth auth = client.getAuthClient();
            auth.userAdd(root, Bytes.of("PASS-OF-ROOT")).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.userGrantRole(root, root).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.userAdd(pods, Bytes.of("PASS-OF-PODS")).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.roleAdd(pods).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.roleGrantPermission(pods, Bytes.of("test-"), Bytes.of("test."), Permission.Type.READWRITE)
                    .get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.userGrantRole(pods, pods).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
            auth.authEnable().get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        }
        return server;
    }
}
