package filehash.init.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.etcd.Snapshot;
import filehash.job.HashMethod;
import filehash.job.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {
    private static final Tree TREE = new Tree("");

    @ParameterizedTest
    @CsvSource({"photos,photos/", "photos/,photos/", "/photos/,photos/", "/photos,photos/", "a/b,a/b/", "/,''",
            "//x,/x/", "ä ö,ä ö/"})
    void root_isThePrefixOfAFolder(String root, String prefix) {
        assertEquals(prefix, request("root", root, "job", "3", "method", "md5").terms().root());
    }

    @Test
    void request_isReadAsTheUserMeantIt() {
        Request request = request("root", "photos", "job", "16", "method", "sha-256, md5,SHA256");
        assertEquals(new Request.Terms("photos/", List.of(HashMethod.SHA256, HashMethod.MD5), 16, null),
                request.terms());
        assertEquals("SHA256,MD5", request.terms().methodNames());
        assertTrue(request.unclaimed());
        assertEquals(16, request.left());
    }

    @ParameterizedTest
    @CsvSource({"0", "65537", "-1", "x", "''", "1.5", "99999999999", "٣"})
    void job_thatIsNoNumberFrom1To65536IsAProblem(String job) {
        Request request = request("root", "photos", "job", job, "method", "md5");
        assertEquals("job '" + job + "' is not a number from 1 to 65536", request.problem());
        assertFalse(request.unclaimed());
        assertEquals(0, request.left());
    }

    /** Otherwise a user could write log lines that look like those of the program. */
    @Test
    void problem_isOneLine() {
        Request request = request("root", "photos", "job", "1", "method", "CRC32\n2026-11-21T12:00:00Z INFO done");
        assertTrue(request.problem().contains("'CRC32?2026"), request.problem());
    }

    @Test
    void request_isBadWithAnUnknownMethodOrAnEmptyRoot() {
        assertTrue(request("root", "photos", "job", "1", "method", "CRC32").problem().contains("'CRC32'"));
        assertTrue(request("root", "photos", "job", "1", "method", "").problem().contains("''"));
        assertEquals("root is empty: / is the whole bucket",
                request("root", "", "job", "1", "method", "md5").problem());
    }

    @Test
    void root_mayBeAsLongAsAKeyOfS3() {
        assertNull(request("root", "x".repeat(1023), "job", "1", "method", "md5").problem());
        assertEquals("root is longer than 1024 bytes, as no key of S3 is",
                request("root", "ä".repeat(512), "job", "1", "method", "md5").problem());
    }

    @Test
    void id_mayBeAsLongAsFileHashJobHoldsIt() {
        String longest = "i".repeat(1024);
        assertNull(Request.of(TREE, longest, Snapshot.of(100, List.of())).problem());
        assertEquals("the id is longer than 1024 bytes: put the request under another id",
                Request.of(TREE, longest + "i", Snapshot.of(100, List.of())).problem());
    }

    @Test
    void bucket_mayBeNamedByTheRequest() {
        assertEquals("photo-archive", request("root", "photos", "job", "1", "method", "md5", "bucket",
                " photo-archive\n").terms().bucket());
        assertEquals("bucket '' is not the name of a bucket",
                request("root", "photos", "job", "1", "method", "md5", "bucket", " ").problem());
        assertEquals("bucket 'a?b' is not the name of a bucket",
                request("root", "photos", "job", "1", "method", "md5", "bucket", "a\nb").problem());
    }

    @ParameterizedTest
    @CsvSource({"bucket, 'b\n'", "endpoint, s3.example", "region, ''"})
    void run_withASourceThatIsBrokenIsAProblem(String key, String value) {
        Request request = request("run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "run/next", "4",
                "left", "4", "run/bucket", "b", "run/endpoint", "http://s3.example", "run/region", "eu-9", "run/" + key,
                value);
        assertTrue(request.problem().startsWith("run/" + key), request.problem());
    }

    @Test
    void split_isAutoUnlessItsUserSaysHexOrList() {
        for (Split split : Split.values()) {
            assertEquals(split, request("root", "photos", "job", "9", "method", "md5", "split",
                    " " + split.name().toLowerCase(Locale.ROOT) + "\n").terms().split());
        }
        assertEquals("split 'ev?en' is neither auto, hex nor list",
                request("root", "photos", "job", "9", "method", "md5", "split", "ev\ten").problem());
    }

    @ParameterizedTest
    @CsvSource({"1,auto,false", "2,auto,true", "4096,auto,true", "4097,auto,false", "auto,auto,true", "1,list,true",
            "64,hex,false"})
    void plan_comesFirstWhereItCanMatter(String jobs, String split, boolean planned) {
        Request request = request("root", "photos", "job", jobs, "method", "md5", "split", split);
        assertEquals(planned, request.terms().wantsPlan());
        assertEquals(jobs.equals("auto") ? 1 : Integer.parseInt(jobs), request.left());
    }

    @Test
    void job_mayBeLeftToThePlanIfThereIsOne() {
        assertEquals(0, request("root", "photos", "job", " auto ", "method", "md5").terms().jobs());
        assertEquals("job is auto, which needs a plan, but split hex has none",
                request("root", "photos", "job", "auto", "method", "md5", "split", "hex").problem());
        assertEquals("job '4097' is more than the 4096 jobs that split list takes",
                request("root", "photos", "job", "4097", "method", "md5", "split", "list").problem());
    }

    @Test
    void run_saysWhereItsJobsHaveTheirRangesFrom() {
        String[] run = {"run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "run/next", "3", "left", "2",
                "run/split", "list"};
        assertTrue(request(run).terms().listed() && request(run).terms().planned());
        run[13] = "hex";
        assertTrue(!request(run).terms().listed() && request(run).terms().planned());
        run[13] = "auto";
        assertTrue(request(run).problem().startsWith("run/split 'auto' is not what init-pod wrote"));
    }

    /** A planner without a lease is gone. */
    @Test
    void request_thatAPodPlansIsNotClaimedAndCountsAsOne() {
        Request request = request("root", "photos", "job", "64", "method", "md5", "plan/id", "u", "plan/host", "pod-1");
        assertTrue(request.unclaimed());
        assertEquals(64, request.left());
        List<Snapshot.Key> keys = new ArrayList<>(keys("root", "photos", "job", "64", "method", "md5", "plan/id", "u"));
        keys.add(new Snapshot.Key("/req/1/plan/host", "pod-1", 9, 9, 1, 77));
        Request planned = Request.of(TREE, "1", Snapshot.of(100, keys));
        assertFalse(planned.unclaimed());
        assertEquals(1, planned.left());
    }

    @Test
    void request_isIncompleteUntilAllThreeAreThere() {
        for (Request request : List.of(request("root", "photos", "job", "1"), request("job", "1", "method", "md5"),
                request("method", "nonsense"), request("other", "key"))) {
            assertNull(request.problem());
            assertNull(request.terms());
            assertFalse(request.unclaimed());
        }
    }

    @Test
    void run_isWhatWasFixedByItsFirstClaimWhateverIsEdited() {
        Request request = request("run", "u", "run/root", "photos/", "run/method", "MD5", "run/jobs", "4", "run/next",
                "3", "left", "2", "root", "other", "job", "nonsense", "method", "SHA1");
        assertEquals(new Request.Terms("photos/", List.of(HashMethod.MD5), 4, null), request.terms());
        assertEquals(3, request.run().next());
        assertEquals(2, request.left());
        assertTrue(request.unclaimed());
        assertFalse(request("run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "run/next", "4", "left",
                "2").unclaimed());
    }

    @Test
    void run_withAKeyMissingOrBrokenIsAProblem() {
        assertTrue(request("run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "left", "2").problem()
                .startsWith("/req/1/run/next is missing"));
        assertTrue(request("run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "run/next", "4", "left",
                "5").problem().startsWith("left '5' is not a number from 1 to 4"));
    }

    @Test
    void run_withAnErrorWaitsForItsUser() {
        Request request = request("run", "u", "run/root", "", "run/method", "MD5", "run/jobs", "4", "run/next", "3",
                "left", "2", "error", "stands already");
        assertFalse(request.unclaimed());
        assertEquals(2, request.left());
    }

    private static Request request(String... pairs) {
        return Request.of(TREE, "1", Snapshot.of(100, keys(pairs)));
    }

    private static List<Snapshot.Key> keys(String... pairs) {
        List<Snapshot.Key> keys = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            keys.add(new Snapshot.Key("/req/1/" + pairs[i], pairs[i + 1], i + 1, i + 1, 1, 0));
        }
        return keys;
    }
}
