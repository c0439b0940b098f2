package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Contents;
import filehash.backends.S3Server;
import filehash.fetch.s3.Confs;
import filehash.pod.Conf;
import filehash.pod.Names;
import filehash.program.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real S3 server. */
class FetcherIT {
    private static final String BUCKET = "fetcher";
    private static final S3Server S3 = S3Server.shared();
    private static final Map<String, String> OBJECTS = new TreeMap<>(Names.ORDER);

    @TempDir
    Path root;

    @BeforeAll
    static void fill() throws IOException {
        S3.createBucket(BUCKET);
        Random random = new Random(7);
        List<String> names = new ArrayList<>(List.of("a b", "a+b", "a%2Bb", "a.b", "a.part", "ä/ö", "zz/y/x", "80",
                "7f\uffff", "80/0", "!", "=", "a*b~c'(d)", "x".repeat(200), "\u65e5\u672c".repeat(20), "a&b<c>"));
        for (int i = 0; i < 500; i++) {
            names.add(Integer.toHexString(random.nextInt(1 << 30)));
        }
        for (String name : names) {
            byte[] content = new byte[random.nextInt(3000)];
            random.nextBytes(content);
            if (!name.equals("80")) { // this server cannot store an object beside a folder of the same name
                S3.put(BUCKET, "photos/" + name, content);
                OBJECTS.put(name, Contents.sha256(content));
            }
        }
        S3.put(BUCKET, "photos.txt", "not in the folder".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void jobs_togetherFetchEveryObjectOnceAndInOrder() throws Exception {
        Map<String, String> all = new TreeMap<>(Names.ORDER);
        for (int job = 0; job < 3; job++) {
            try (FetcherPod pod = new FetcherPod(root.resolve("pod-" + job), 10, 1 << 20)) {
                Conf conf = conf(job, 3);
                pod.start().work(conf, "", 0);
                Map<String, String> taken = pod.hash(conf.id());
                assertEquals(taken.size(), pod.fin(conf.id()).orElseThrow().listed());
                taken.forEach((name, hash) -> assertEquals(null, all.put(name, hash), name));
            }
        }
        assertEquals(OBJECTS, all);
    }

    @Test
    void attempt_goesOnAfterWhatIsStored() throws Exception {
        List<String> names = List.copyOf(OBJECTS.keySet());
        Conf conf = conf(0, 1);
        try (FetcherPod pod = new FetcherPod(root, 10, 1 << 20)) {
            Map<String, String> taken = pod.start().work(conf, names.get(299), 300).hash(conf.id());
            assertEquals(names.subList(300, names.size()), List.copyOf(taken.keySet()));
            assertEquals(names.size(), pod.fin(conf.id()).orElseThrow().listed());
        }
    }

    private static Conf conf(int job, int jobs) {
        return Confs.of(new Conf.S3(BUCKET, URI.create(S3.endpoint()), "us-east-1", new Secret(S3.key()),
                new Secret(S3.secret()), null), job, jobs);
    }
}
