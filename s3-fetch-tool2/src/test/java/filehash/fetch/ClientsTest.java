package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.fetch.http.Quota;
import filehash.fetch.s3.AwsCertificate;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.RequestTimes;
import filehash.fetch.transfer.RetryPolicies;
import filehash.pod.Conf;
import filehash.pod.PodFile;
import filehash.program.Metrics;
import filehash.program.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job uses the clients of the last one if they will do. */
class ClientsTest {
    private static final Duration WAIT = RetryPolicies.QUICK.maxListTimeout();

    @TempDir
    Path root;
    @AutoClose
    private final FakeS3 s3 = FakeS3.open();

    @BeforeEach
    void start() {
        s3.objects().put("photos/a", FakeObject.of(new byte[10]));
    }

    @Test
    void nextJob_findsTheConnectionsOpen() throws Exception {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            fetchTwice(pod, conf, Confs.next(conf));
        }
        assertEquals(2, s3.connections()); // one for LIST, one for GET
    }

    @Test
    void jobWithOtherKeys_opensItsOwn() throws Exception {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            fetchTwice(pod, conf, Confs.next(Confs.of(other(conf.s3()), 0, 1)));
        }
        assertEquals(4, s3.connections());
    }

    @Test
    void job_afterOneThatWasStoppedOpensItsOwn() throws Exception {
        Conf conf = Confs.of(s3.endpoint(), 0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1000)) {
            s3.fails(exchange -> {
                pod.directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
                exchange.sendError(503, "SlowDown", "Please reduce your request rate.");
                return true;
            });
            pod.start().work(conf, "", 0).stopped();
            int before = s3.connections();
            s3.fails(exchange -> false);
            Conf next = Confs.next(conf);
            pod.directory.remove(PodFile.S3_STOP);
            pod.work(next, "", 0).hash(next.id());
            assertEquals(before + 2, s3.connections());
        }
    }

    @Test
    void clients_serveJobsOfTheSameS3WithTheSameKeys() throws Exception {
        Conf.S3 to = Confs.of(s3.endpoint(), 0, 1).s3();
        try (Clients clients = Clients.open(to, WAIT, Map.of(), new RequestTimes(new Metrics()), new Quota())) {
            assertTrue(clients.serve(Confs.of(s3.endpoint(), 1, 2).s3()));
            assertFalse(clients.serve(other(to)));
        }
    }

    @Test
    void caBundle_thatIsReplacedEndsTheirUse() throws Exception {
        Conf.S3 to = Confs.of(s3.endpoint(), 0, 1).s3();
        Path pem = AwsCertificate.make(root).pem();
        try (Clients clients = Clients.open(to, WAIT, Map.of("AWS_CA_BUNDLE", pem.toString()),
                new RequestTimes(new Metrics()), new Quota())) {
            assertTrue(clients.serve(to));
            Files.setLastModifiedTime(pem, FileTime.from(Instant.EPOCH));
            assertFalse(clients.serve(to));
            Files.delete(pem);
            assertFalse(clients.serve(to));
        }
    }

    private static Conf.S3 other(Conf.S3 s3) {
        return new Conf.S3(s3.bucket(), s3.endpoint(), s3.region(), s3.key(), new Secret("another"), s3.token());
    }

    private void fetchTwice(FetcherPod pod, Conf first, Conf second) throws Exception {
        pod.start().work(first, "", 0).hash(first.id());
        pod.directory.remove(PodFile.CONF);
        pod.directory.remove(PodFile.S3_FIN);
        pod.work(second, "", 0).hash(second.id());
        assertEquals(4, s3.requests("LIST") + s3.requests("GET"));
    }
}
