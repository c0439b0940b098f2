package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.command.Called;
import filehash.init.tree.Failures;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.program.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands on a real etcd, beside pods. */
@SuppressWarnings("try") // a pod is only to be there
@Execution(ExecutionMode.CONCURRENT)
class CommandsIT {
    private static final Pod.Work NEVER_ENDS = (conf, stored) -> stored < 7 ? Pod.Work.Next.ROW
            : Pod.Work.Next.NOT_YET;

    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();
    @AutoClose
    private final Store store = Store.create();

    private Called call(String... args) {
        return Called.with(store.environment("shell"), args);
    }

    /** Submits a folder with the method MD5. */
    private Called submit(String url, String... more) {
        return call(Stream.of(List.of("submit", url, "--method", "md5"), List.of(more)).flatMap(List::stream)
                .toArray(String[]::new));
    }

    private void assertSubmitted(String url, String... more) {
        Called submitted = submit(url, more);
        assertEquals(0, submitted.code(), submitted.err());
    }

    /** Writes the summary of a request that is done. */
    private void putSummary(String id, int files, int failed) {
        store.put("/done/" + id + "/summary", "{\"request\":\"" + id + "\",\"run\":\"r\",\"root\":\"a/\",\"methods\":"
                + "[\"MD5\"],\"jobs\":1,\"rows\":" + files + ",\"files\":" + files + ",\"failed\":" + failed
                + ",\"failedByClass\":{\"GONE\":" + failed + "},\"bytes\":2,\"started\":\"2026-11-30T10:00:00Z\","
                + "\"finished\":\"2026-11-30T10:01:00Z\"}");
    }

    @Test
    void submit_putsWhatPodsBegin() throws Exception {
        LocalDate before = LocalDate.now();
        Called put = call("submit", "s3://archive/photos", "--method", "md5,sha256", "--jobs", "3");
        assertTrue(List.of(before + "-photos\n", LocalDate.now() + "-photos\n").contains(put.out()), put.out());
        String id = put.out().strip();
        assertEquals(0, put.code());
        assertTrue(put.err().contains("filehash status " + id + " --watch"), put.err());
        try (Pod pod = store.pod(folder, "pod", rows, Pod.Work.objects(2)).start()) {
            store.await("it is done", () -> store.has("/done/" + id + "/summary"));
        }
        assertEquals("archive", store.get("/done/" + id + "/bucket"));
        assertEquals("photos/", store.get("/done/" + id + "/root"));
        assertEquals("MD5,SHA256", store.get("/done/" + id + "/method"));
    }

    @Test
    void submit_givesEachRequestOfADayAnIdOfItsOwn() throws Exception {
        String first;
        String ids;
        do { // again if midnight has passed in between
            first = LocalDate.now() + "-photos";
            ids = submit("s3://archive/photos").out() + submit("s3://archive/photos").out();
            store.delete("/req/" + first + "/").put("/done/" + first + "/run", "of an earlier request");
            store.delete("/req/" + first + "-2/").put("/wip/" + first + "-2/0/host", "a pod that has not stopped yet");
            ids += submit("s3://archive/photos").out();
        } while (!first.equals(LocalDate.now() + "-photos"));
        assertEquals(first + "\n" + first + "-2\n" + first + "-3\n", ids);
    }

    @Test
    void status_saysWhyPlanningFails() throws Exception {
        assertSubmitted("s3://b/a", "--id", "1");
        store.put("/req/1/plan/failures", "{\"gaveUp\":0,\"lost\":0,\"reason\":\"LIST a/: 403 AccessDenied\"}");
        assertTrue(call("status", "1").out().contains("planning failed, and is tried again: LIST a/: 403"),
                call("status", "1").out());
        assertEquals(0, call("status", "1").code());
    }

    @Test
    void request_thatCannotBePlannedNeedsAPersonUntilItIsCorrected() throws Exception {
        assertSubmitted("s3://b/a", "--id", "1");
        store.put("/req/1/plan/failures", refused(Instant.parse("2026-01-01T12:02:00Z")));
        assertEquals(2, call("status").code());
        assertEquals(2, call("status", "1", "--watch").code());
        String json = call("status", "--json").out();
        assertTrue(json.contains("\"refusedSince\":\"2026-01-01T12:00:00Z\""), json);
        assertTrue(json.contains("\"needsPerson\":true"), json);
        store.put("/req/1/bucket", "c");
        assertEquals(0, call("status", "1").code());
    }

    @Test
    void status_ofLessThanNoRequestsIsWrongUsage() throws Exception {
        assertEquals(64, call("status", "--done", "-1").code());
    }

    @Test
    void submit_leavesTheNumberOfJobsToThePlan() throws Exception {
        assertSubmitted("s3://b/a", "--id", "1");
        assertEquals("auto", store.get("/req/1/job"));
        assertFalse(store.has("/req/1/split"));
        assertSubmitted("s3://b/a", "--id", "2", "--split", "list");
        assertEquals("list", store.get("/req/2/split"));
    }

    @ParameterizedTest
    @CsvSource({"s3://b, /", "s3://b/, /", "s3://b/a, /a/", "s3://b/a/, /a/", "s3://b//a, //a/", "s3://b/ a, / a/",
            "s3://b/ü/写, /ü/写/"})
    void submit_writesTheRootThatTheUrlNames(String url, String root) throws Exception {
        assertSubmitted(url, "--id", "1");
        assertEquals(root, store.get("/req/1/root"));
        assertEquals("b", store.get("/req/1/bucket"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://b/a --method md4 --jobs 1", "s3://b/a --method md5 --jobs 0",
            "s3://b/a --method md5 --jobs 65537", "s3://b/a --method md5 --jobs many",
            "s3://b?/a --method md5 --jobs 1",
            "b/a --method md5 --jobs 1", "s3:///a --method md5 --jobs 1", "s3://b/a --jobs 1",
            "s3://b/a --method md5 --split hex", "s3://b/a --method md5 --jobs 1 --split half", "--method md5 --jobs 1",
            "s3://b/a --method md5 --jobs 1 --id a/b", "s3://b/a --method md5 --jobs 1 --what"})
    void submit_ofWhatAPodWouldRefuseWritesNothing(String args) throws Exception {
        long before = store.all().keys().size();
        Called refused = call(("submit " + args).split(" "));
        assertEquals(64, refused.code(), refused.err());
        assertEquals("", refused.out());
        assertTrue(refused.err().contains("--help"), refused.err());
        assertEquals(before, store.all().keys().size());
    }

    @Test
    void submit_doesNotTakeAnIdThatIsInUse() throws Exception {
        store.request("1", 4).put("/done/2/run", "x");
        for (String id : List.of("1", "2")) {
            Called refused = submit("s3://b/other", "--id", id);
            assertEquals(64, refused.code());
            assertTrue(refused.err().contains("in use"), refused.err());
        }
        assertEquals("photos", store.get("/req/1/root"));
        assertNull(store.get("/req/2/root"));
    }

    @Test
    void submitAndWait_endsWithTheRequest() throws Exception {
        try (Pod pod = store.pod(folder, "pod", rows, Pod.Work.objects(2)).start()) {
            Called waited = submit("s3://b/a", "--jobs", "2", "--id", "1", "--wait", "--timeout", "300");
            assertEquals(0, waited.code(), waited.err());
            assertTrue(waited.out().startsWith("1\n") && waited.out().contains("1 s3://b/a/ MD5: done; 4 objects"),
                    waited.out());
        }
    }

    @Test
    void statusAndWatch_saysWhyPlanningIsRefused() throws Exception {
        PlanningWork planner = new PlanningWork(Pod.Work.objects(1));
        planner.fail(GiveUp.root("LIST a/: 403 AccessDenied"));
        assertSubmitted("s3://b/a", "--id", "1");
        store.put("/req/1/plan/failures", refused(Instant.parse("2026-01-01T12:00:00Z")));
        assertEquals(5, call("status", "1", "--watch", "--timeout", "1").code());
        try (Pod pod = store.pod(folder, "pod", rows, planner).start()) {
            Called waited = call("status", "1", "--watch", "--timeout", "300");
            assertEquals(2, waited.code(), waited.err());
            assertTrue(waited.out().contains("planning failed, and is tried again: LIST a/: 403"), waited.out());
        }
    }

    /** Since noon. */
    private static String refused(Instant last) {
        return Json.write(Failures.NONE.andRefused("LIST a/: 404 NoSuchBucket", Instant.parse("2026-01-01T12:00:00Z"),
                true).andRefused("LIST a/: 404 NoSuchBucket", last, false));
    }

    @Test
    void submitAndWait_endsAfterTheTimeout() throws Exception {
        assertEquals(5, submit("s3://b/a", "--id", "1", "--wait", "--timeout", "1").code());
        assertTrue(store.has("/req/1/root"));
    }

    @Test
    void submitAndWait_saysThatNoObjectIsThere() throws Exception {
        try (Pod pod = store.pod(folder, "pod", rows, Pod.Work.objects(0)).start()) {
            Called waited = submit("s3://b/empty", "--jobs", "1", "--id", "1", "--wait", "--timeout", "300");
            assertTrue(waited.out().contains("no object lies below this root"), waited.out());
            assertEquals(3, waited.code(), waited.err());
        }
    }

    @Test
    void submitAndWait_endsWhenAPersonIsNeeded() throws Exception {
        Pod.Work refuses = new Gives("the table is full");
        try (Pod pod = store.pod(folder, "pod", rows, refuses, "MAX_ATTEMPTS", "1").start()) {
            Called waited = submit("s3://b/a", "--jobs", "1", "--id", "1", "--wait", "--timeout", "300");
            assertEquals(2, waited.code(), waited.err());
            assertTrue(waited.out().contains("job 0 is parked: the table is full"), waited.out());
        }
    }

    @Test
    void status_ofRequestsThatNoPodHasSeen() throws Exception {
        assertEquals("No request is open, and none is done.\n", call("status").out());
        store.request("good", 4).put("/req/bad/root", "x").put("/req/bad/job", "many").put("/req/bad/method", "md5")
                .put("/req/half/root", "x").put("/req/third/method", "sha3").request("used", 1)
                .put("/done/used/run", "x");
        Called shown = call("status");
        assertEquals(2, shown.code());
        assertTrue(shown.out().contains("good s3://(of /conf)/photos/ MD5,SHA256: waiting; 4 jobs\n"), shown.out());
        assertTrue(shown.out().contains("bad: bad; job 'many' is not a number from 1 to 65536\n"), shown.out());
        assertTrue(shown.out().contains("half: incomplete; waits for " + store.prefix() + "/req/half/job and "),
                shown.out());
        assertTrue(shown.out().contains("/req/third/job; method 'sha3' is none of "), shown.out());
        assertTrue(shown.out().contains("used: bad; its id was used before"), shown.out());
        assertEquals(0, call("status", "good").code());
        assertEquals(2, call("status", "bad").code());
        Called none = call("status", "goo");
        assertEquals(4, none.code());
        assertTrue(none.err().startsWith("There is no request goo"), none.err());
        assertTrue(call("status", "1 ").err().startsWith("There is no request '1 ': "), call("status", "1 ").err());
    }

    /** They may be megabytes, and status --watch reads every two seconds. */
    @Test
    void status_readsNoRangesOfPlans() throws Exception {
        try (EtcdServer server = EtcdServer.startOwn(); Store own = Store.create(server.endpoint())) {
            own.request("1", 3).put("/wip/1/0/run", "r").put("/wip/1/0/attempt", "1");
            for (int i = 0; i < 3; i++) {
                own.put("/wip/1/ranges/" + i, "x".repeat(1 << 20));
            }
            double before = sent(server);
            for (List<String> args : List.of(List.of("status"), List.of("status", "1"))) {
                assertEquals(0, Called.with(own.environment("shell"), args.toArray(new String[0])).code());
            }
            assertTrue(sent(server) - before < 1 << 20, sent(server) - before + " bytes");
        }
    }

    private static double sent(EtcdServer server) throws Exception {
        return server.metrics().lines().filter(line -> line.startsWith("etcd_network_client_grpc_sent_bytes_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1))).sum();
    }

    @Test
    void status_countsJobsObjectsAndPods() throws Exception {
        store.request("1", 3).request("10", 1);
        try (Pod one = store.pod(folder, "one", rows, NEVER_ENDS).start();
                Pod other = store.pod(folder, "other", rows, NEVER_ENDS).start()) {
            store.await("both have published", () -> store.has("/wip/1/0/progress") && store.has("/wip/1/1/progress"));
            Await.value("status counts both", () -> call("status", "1").out(), shown -> shown.contains("running")
                    && shown.contains("14 objects; 140 B")
                    && shown.contains("3 jobs: 0 done, 2 at work in 2 pods, 1 waiting"));
        }
        store.await("status counts none",
                () -> call("status", "1").out().contains("3 jobs: 0 done, 3 waiting for a pod"));
    }

    @Test
    void status_addsWhatIsDone() throws Exception {
        AtomicBoolean all = new AtomicBoolean();
        Pod.Work work = (conf, stored) -> conf.id().job() < 2 || all.get() ? Pod.Work.objects(5).next(conf, stored)
                : NEVER_ENDS.next(conf, stored);
        store.request("1", 3);
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            Await.until("status counts jobs that are done and at work", Await.BOUND, () -> {
                String shown = call("status", "1").out();
                return shown.contains("17 objects; 170 B") && shown.contains("3 jobs: 2 done, 1 at work in 1 pod");
            });
            all.set(true);
            store.await("it is done", () -> store.has("/done/1/summary"));
        }
        assertTrue(call("status").out().contains("1 s3://b/photos/ MD5,SHA256: done; 17 objects; 170 B; in "),
                call("status").out());
        assertEquals(0, call("status", "1").code());
        assertEquals("No request is open, and none is done.\n", call("status", "--done", "0").out());
    }

    @Test
    void status_usesTheTotalsOfThePlan() throws Exception {
        store.request("1", 2);
        try (Pod pod = store.pod(folder, "pod", rows, NEVER_ENDS).start()) {
            store.await("it has begun", () -> store.has("/req/1/run"));
            store.put("/req/1/plan", "{\"split\":\"list\",\"jobs\":2,\"objects\":28,\"bytes\":280,\"complete\":true}");
            store.await("it has published", () -> store.has("/wip/1/0/progress"));
            Await.until("status shows a quarter", Await.BOUND, () -> {
                String shown = call("status", "1").out();
                return shown.contains("; 25 %") && shown.contains("7 of 28 objects; 70 B of 280 B");
            });
        }
    }

    @Test
    void status_showsTheRequestsThatWereDoneLast() throws Exception {
        for (int i = 1; i <= 4; i++) {
            store.put("/done/" + i + "/0/host", "pod");
            putSummary("" + i, 1, i - 1);
        }
        store.put("/done/5/summary", "edited by hand");
        String shown = call("status", "--done", "3").out();
        assertEquals(List.of("3", "4"), shown.lines().map(line -> line.substring(0, line.indexOf(' '))).toList());
        assertEquals(3, call("status", "4").code());
        assertEquals(0, call("status", "1").code());
    }

    @Test
    void json_keepsThePlanOfARequestThatIsDone() throws Exception {
        String planned = "\"planned\":{\"objects\":3,\"bytes\":2,\"complete\":true}";
        putSummary("1", 3, 0);
        store.put("/done/1/summary", store.get("/done/1/summary").replaceFirst("}$", "," + planned + "}"));
        assertTrue(call("status", "1", "--json").out().contains(planned), call("status", "1", "--json").out());
        assertTrue(call("status", "1").out().contains("done; 3 objects; 2 B"), call("status", "1").out());
    }

    @Test
    void json_hasEachRequest() {
        store.request("1", 3);
        Called shown = call("status", "--json");
        assertTrue(shown.out().contains("{\"id\":\"1\",\"state\":\"WAITING\",\"bucket\":null,"), shown.out());
        assertEquals(1, shown.out().lines().count());
    }

    @Test
    void cancel_endsTheRequestAndNoOther() throws Exception {
        store.request("1", 3).request("10", 3);
        try (Pod pod = store.pod(folder, "pod", rows, NEVER_ENDS).start()) {
            store.await("1 is worked on", () -> store.has("/wip/1/0/host"));
            Called cancelled = call("cancel", "1", "--yes");
            assertEquals(0, cancelled.code(), cancelled.err());
            assertTrue(cancelled.out().startsWith("Request 1 is cancelled"), cancelled.out());
            store.await("the pod goes on with 10", () -> store.has("/wip/10/0/host"));
            store.await("nothing is left of 1", () -> store.all().below("/wip/1/").isEmpty());
        }
        assertTrue(store.all().below("/req/1/").isEmpty());
        assertEquals("photos", store.get("/req/10/root"));
        assertEquals("Request 1 was cancelled before.\n", call("cancel", "1", "--yes").out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin request 1", "claim request 1"})
    void cancel_whileAClaimIsUnderWay(String claim) throws Exception {
        store.request("1", 3);
        Pod.Work one = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.Next.END : Pod.Work.Next.NOT_YET;
        Held held = Held.waiting(claim);
        try (Pod pod = store.pod(folder, "pod", rows, one).start(held, step -> {})) {
            store.await("the claim is under way", held::holds);
            assertEquals(0, call("cancel", "1", "--yes").code());
            held.letGo();
            store.request("2", 1);
            store.await("the pod goes on", () -> store.has("/wip/2/0/host") || store.has("/done/2/summary"));
        }
        assertTrue(store.all().below("/req/1/").isEmpty(), "the claim brought back the request");
        assertTrue(store.all().below("/wip/1/").isEmpty(), "the claim made a job");
    }

    @Test
    void cancel_asksWhereSomebodyCanAnswer() throws Exception {
        store.request("1", 3);
        Called refused = call("cancel", "1");
        assertEquals(64, refused.code());
        assertTrue(refused.err().contains("--yes"), refused.err());
        for (String answer : List.of("", "n\n", "what\n")) {
            Called no = Called.answering(answer, store.environment("shell"), "cancel", "1");
            assertEquals(1, no.code());
            assertTrue(no.err().contains("waiting; 3 jobs") && no.err().contains("[y/N]"), no.err());
        }
        assertTrue(store.has("/req/1/root"));
        assertEquals(0, Called.answering("Yes\n", store.environment("shell"), "cancel", "1").code());
        assertFalse(store.has("/req/1/root"));
    }

    @Test
    void cancel_ofABadRequestAndOfOneThatIsDone() throws Exception {
        store.put("/req/bad/job", "many");
        putSummary("old", 0, 0);
        assertEquals(0, call("cancel", "bad", "--yes").code());
        Called done = call("cancel", "old", "--yes");
        assertEquals(1, done.code());
        assertTrue(done.err().contains("nothing to cancel"), done.err());
        store.request("old", 1);
        Called again = call("cancel", "old", "--yes");
        assertEquals("Request old is cancelled; rows that are stored stay.\n", again.out(), again.err());
        assertFalse(store.has("/req/old/root"));
    }

    @Test
    void status_ofAPausedRequestAndOfAPriorityThatIsNoNumber() throws Exception {
        store.request("1", 3).put("/req/1/paused", "").request("2", 3).put("/req/2/priority", "high");
        Called shown = call("status");
        assertEquals(0, shown.code(), shown.out());
        assertTrue(shown.out().contains("1 s3://(of /conf)/photos/ MD5,SHA256: paused; 3 jobs\n"), shown.out());
        assertTrue(shown.out().contains("waiting; 3 jobs; priority 'high' is not a whole number of at most 9 digits:"
                + " it counts as 0\n"), shown.out());
        store.put("/req/2/cancel", "");
        assertTrue(call("status", "2").out().contains("being cancelled; "), call("status", "2").out());
    }

    @Test
    void status_ofACancelledRequestSaysWhatWasDone() throws Exception {
        Pod.Work work = (conf, stored) -> conf.id().job() == 0 ? Pod.Work.objects(5).next(conf, stored)
                : Pod.Work.Next.NOT_YET;
        store.request("1", 3);
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.await("a job is done", () -> store.has("/done/1/0/host") && store.has("/wip/1/1/host"));
            assertEquals(0, call("cancel", "1", "--yes").code());
            store.await("its pod has stopped", () -> store.all().below("/wip/1/").isEmpty());
        }
        Called shown = call("status", "1");
        assertTrue(shown.out().contains("cancelled; 5 objects; 50 B"), shown.out());
        assertEquals(4, shown.code());
        assertEquals(0, call("cancel", "1", "--yes").code());
    }

    @Test
    void pause_keepsPodsFromTheRequestUntilItIsResumed() throws Exception {
        AtomicBoolean all = new AtomicBoolean();
        Pod.Work work = (conf, stored) -> all.get() ? Pod.Work.objects(7).next(conf, stored)
                : NEVER_ENDS.next(conf, stored);
        store.request("1", 2);
        try (Pod pod = store.pod(folder, "pod", rows, work).start()) {
            store.await("it has stored", () -> store.has("/wip/1/0/last_filename"));
            Called paused = call("pause", "1");
            assertEquals(0, paused.code(), paused.err());
            assertEquals("Request 1 is paused. 1 pod will stop within 5 s. Go on: filehash resume 1\n", paused.out());
            store.await("/wip/1/0/released", "pod");
            assertEquals(2, call("status", "1", "--watch").code());
            String shown = call("status", "1").out();
            assertTrue(shown.contains("paused; ") && shown.contains("2 jobs: 0 done, 2 waiting"), shown);
            assertFalse(shown.contains("waiting for a pod"), shown);
            all.set(true);
            assertEquals("Request 1 goes on. See: filehash status 1\n", call("resume", "1").out());
            store.await("it is done", () -> store.has("/done/1/summary"));
        }
        assertEquals(1, call("pause", "1").code());
        assertFalse(store.has("/req/1/paused"));
        assertEquals("Request 1 has ended: nothing was resumed.\n", call("resume", "1").err());
        assertEquals(1, call("resume", "1").code());
        assertEquals(4, call("pause", "2").code());
        assertEquals(4, call("resume", "2").code());
    }

    @Test
    void json_saysWhatBecameOfEachCommand() throws Exception {
        assertEquals("{\"id\":\"1\"}\n", submit("s3://b/a", "--id", "1", "--json", "--priority", "-3").out());
        assertEquals("-3", store.get("/req/1/priority"));
        assertTrue(call("status", "1").out().contains("waiting; priority -3"), call("status", "1").out());
        assertEquals("{\"id\":\"1\",\"state\":\"PAUSED\",\"pods\":0}\n", call("pause", "1", "--json").out());
        assertTrue(call("status", "--json").out().contains("\"priority\":-3"), call("status", "--json").out());
        assertEquals("{\"id\":\"1\",\"state\":\"WAITING\",\"pods\":0}\n", call("resume", "1", "--json").out());
        assertEquals("{\"id\":\"1\",\"jobs\":0,\"request\":false}\n", call("retry", "1", "--json").out());
        assertEquals("{\"id\":\"1\",\"state\":\"CANCELLED\",\"pods\":0}\n",
                call("cancel", "1", "--yes", "--json").out());
        assertEquals(64, submit("s3://b/a", "--priority", "high").code());
        Called check = call("check", "--json");
        assertTrue(check.out().startsWith("{\"ok\":false,\"checks\":[{\"what\":\"etcd ")
                && check.out().contains("\"found\":\"NOT_CHECKED\""), check.out());
        assertEquals(1, check.out().lines().count());
    }

    @Test
    void check_saysThatAPortSpeaksNoTls() {
        store.put("/conf/s3_endpoint", EtcdServer.shared().endpoint().replace("http:", "https:"));
        String shown = call("check").out();
        assertTrue(shown.lines().anyMatch(line -> line.startsWith("FAIL  S3 https:") && line.contains("TLS")),
                shown);
    }

    /** Some servers without TLS answer what they cannot read, others end the connection. */
    @Test
    void check_saysThatAPortEndsTls() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread reset = new Thread(() -> resetAll(server), "reset");
            reset.start();
            store.put("/conf/s3_endpoint", "https://127.0.0.1:" + server.getLocalPort());
            String shown = call("check").out();
            assertTrue(shown.lines().anyMatch(line -> line.startsWith("FAIL  S3 https:")
                    && line.contains("perhaps the port speaks no TLS")), shown);
        }
    }

    private static void resetAll(ServerSocket server) {
        while (true) {
            try (Socket client = server.accept()) {
                client.getInputStream().read();
                client.setSoLinger(true, 0);
            } catch (IOException e) { // the server is closed
                return;
            }
        }
    }

    @Test
    void retry_hasParkedJobsTriedAgain() throws Exception {
        Gives work = new Gives("the table is full");
        store.request("1", 3).request("10", 1);
        try (Pod pod = store.pod(folder, "pod", rows, work, "MAX_ATTEMPTS", "1").start()) {
            store.await("all are parked", () -> store.has("/wip/1/0/error") && store.has("/wip/1/1/error")
                    && store.has("/wip/1/2/error") && store.has("/wip/10/0/error"));
            Called parked = call("status", "1");
            assertEquals(2, parked.code());
            assertTrue(parked.out().contains("jobs 0, 1, 2 are parked: the table is full"), parked.out());
            work.works.set(true);
            Called retried = call("retry", "1");
            assertEquals(0, retried.code());
            assertTrue(retried.out().startsWith("3 jobs will be tried again."), retried.out());
            store.await("it is done", () -> store.has("/done/1/summary"));
            assertTrue(store.has("/wip/10/0/error"));
            Called late = call("retry", "1");
            assertEquals(1, late.code());
            assertEquals("Request 1 has ended: there is nothing to try again.\n", late.err());
        }
        assertTrue(call("retry", "10").out().startsWith("1 job will be tried again."));
        assertEquals("No job of request 10 is parked.\n", call("retry", "10").out());
        assertEquals(4, call("retry", "2").code());
    }

    @Test
    void retry_letsARequestGoOnThatWaitsForItsUser() throws Exception {
        store.request("2", 2).put("/req/2/run", "r").put("/req/2/error", "delete this key");
        assertEquals("The request goes on. See: filehash status 2\n", call("retry", "2").out());
        assertFalse(store.has("/req/2/error"));
        store.request("4", 2).put("/req/4/error", "cannot be planned: put right what follows: LIST a/: 403");
        Called status = call("status", "4");
        assertEquals(2, status.code());
        assertTrue(status.out().contains("LIST a/: 403"), status.out());
        assertEquals("The request goes on. See: filehash status 4\n", call("retry", "4").out());
        store.request("5", 2).put("/req/5/error", "cannot be worked on: an exception");
        assertEquals("The request goes on. See: filehash status 5\n", call("retry", "5").out());
        store.request("3", 2).put("/req/3/error", "of a request that has not begun: pods judge it");
        assertEquals("No job of request 3 is parked.\n", call("retry", "3").out());
        store.put("/req/6/root", "a").put("/req/6/method", "md5").put("/req/6/job", "sixteen");
        Called bad = call("retry", "6");
        assertEquals(1, bad.code());
        assertTrue(bad.err().startsWith("No job of request 6 is parked, but the request is bad: job 'sixteen'"),
                bad.err());
        assertTrue(store.has("/req/3/error"));
    }

    @Test
    void commands_sayWhichSettingIsWrong() {
        Called wrong = Called.with(Map.of("ETCD_ENDPOINTS", "here"), "status");
        assertEquals(64, wrong.code());
        assertTrue(wrong.err().startsWith("wrong setting: ETCD_ENDPOINTS='here'"), wrong.err());
    }

    @Test
    void commands_sayThatEtcdDoesNotAnswer() throws Exception {
        Called away = CompletableFuture.supplyAsync(() -> Called.with(Map.of("ETCD_ENDPOINTS",
                "http://127.0.0.1:1"), "status")).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        assertEquals(1, away.code());
        assertTrue(away.err().contains("ETCD_ENDPOINTS is http://127.0.0.1:1"), away.err());
    }

    /** Gives up until it works. */
    private static final class Gives implements Pod.Work {
        private final AtomicBoolean works = new AtomicBoolean();
        private final String why;

        Gives(String why) {
            this.why = why;
        }

        @Override
        public Next next(Conf conf, long stored) throws GiveUp {
            if (!works.get()) {
                throw GiveUp.job(why);
            }
            return Pod.Work.objects(1).next(conf, stored);
        }
    }
}
