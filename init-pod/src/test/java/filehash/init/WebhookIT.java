package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Log;
import filehash.init.tree.Summary;
import filehash.program.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The summary of a request that ends is posted to /conf/webhook_url at least once, whatever dies meanwhile. */
class WebhookIT {
    private static final String MARK = "/done//webhook/1";

    @TempDir
    Path folder;
    private final FakeRows rows = new FakeRows();
    @AutoClose
    private final Store store = Store.create();

    @Test
    void summary_isPostedSignedByTheSecret() throws Exception {
        try (Receiver receiver = Receiver.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_secret", "KEY-OF-HOOK").put("/conf/webhook_url", receiver.url() + "/hook?to=ops");
            pod.start();
            store.request("1", 2);
            awaitPosted("1", 1);
            Receiver.Message message = only(receiver);
            assertEquals("POST /hook?to=ops", message.target());
            assertEquals(store.get("/done/1/summary"), message.body());
            assertEquals(Json.read(message.body(), Summary.class).run(), message.id());
            assertEquals("v1," + hmac("KEY-OF-HOOK".getBytes(StandardCharsets.UTF_8), message), message.signature());
            assertNull(message.authorization());
        }
    }

    @Test
    void secret_ofTheSpecificationIsBase64() throws Exception {
        byte[] key = {-1, 0, 1, 2};
        try (Receiver receiver = Receiver.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_secret", "whsec_" + Base64.getEncoder().encodeToString(key))
                    .put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 1);
            assertEquals("v1," + hmac(key, only(receiver)), only(receiver).signature());
        }
    }

    @Test
    void nothing_isWrittenWithoutAUrl() throws Exception {
        try (Pod pod = pod("a").start()) {
            store.request("1", 1).await("it is done", () -> store.has("/done/1/summary"));
            assertFalse(store.has(MARK) || store.has("/done/1/webhook"));
            assertFalse(pod.died());
        }
    }

    @Test
    void receiver_thatIsDownGetsTheSummaryOnceItListens() throws Exception {
        try (Receiver receiver = Receiver.closed(); Log log = Log.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1);
            store.await("it is refused", () -> log.lines("webhook", "it refuses connections") > 0);
            store.request("2", 1).await("others are done meanwhile", () -> store.has("/done/2/summary"));
            receiver.listen();
            store.await("both are posted", () -> store.has("/done/1/webhook") && store.has("/done/2/webhook"));
            assertEquals(Set.of("1", "2"), requests(receiver));
            assertFalse(store.has(MARK));
            assertFalse(pod.died());
        }
    }

    @Test
    void receiver_thatAnswers500IsAskedAgainWithTheSameId() throws Exception {
        try (Receiver receiver = Receiver.open().answers(500, 503, 404); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 4);
            assertEquals(4, receiver.messages().size());
            assertEquals(1, receiver.messages().stream().map(Receiver.Message::id).distinct().count());
        }
    }

    @Test
    void receiver_thatDoesNotAnswerHoldsUpNoJob() throws Exception {
        try (Receiver receiver = Receiver.open().hold(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1).await("it is posted", () -> !receiver.messages().isEmpty());
            store.request("2", 3).await("2 is done", () -> store.has("/done/2/summary"));
            assertTrue(store.has(MARK));
            receiver.letGo();
            store.await("both are posted", () -> store.has("/done/1/webhook") && store.has("/done/2/webhook"));
            assertFalse(pod.died());
        }
    }

    @Test
    void redirect_isNotFollowed() throws Exception {
        try (Receiver receiver = Receiver.open().answers(307); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url() + "/hook");
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 2);
            assertTrue(receiver.messages().stream().allMatch(message -> message.target().equals("POST /hook")));
        }
    }

    @Test
    void summary_ofARequestWhosePodDiedIsPostedByAnother() throws Exception {
        try (Receiver receiver = Receiver.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            Faults faults = new Faults("try webhook", 0, Faults.Kind.DIES_BEFORE);
            pod.start(faults);
            store.request("1", 1).await("it dies between the end and the post", pod::died);
            pod.kill();
            assertTrue(store.has("/done/1/summary") && store.has(MARK));
            assertEquals(0, receiver.messages().size());
            try (Pod other = pod("b").start()) {
                awaitPosted("1", 1);
                assertEquals(store.get("/done/1/summary"), only(receiver).body());
                assertFalse(other.died());
            }
        }
    }

    @Test
    void requests_thatEndAtOnceArePostedOnceEach() throws Exception {
        try (Receiver receiver = Receiver.open(); Pod a = pod("a"); Pod b = pod("b"); Pod c = pod("c")) {
            store.put("/conf/webhook_url", receiver.url());
            for (int id = 1; id <= 6; id++) {
                store.request(Integer.toString(id), 1);
            }
            a.start();
            b.start();
            c.start();
            for (int id = 1; id <= 6; id++) {
                awaitPosted(Integer.toString(id), 1);
            }
            assertEquals(6, receiver.messages().size());
            assertEquals(Set.of("1", "2", "3", "4", "5", "6"), requests(receiver));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://user:SECRET-OF-URL@host/SECRET-PATH", "//host/SECRET-PATH"})
    void url_thatIsWrongIsReportedAndWorkGoesOn(String wrong) throws Exception {
        try (Receiver receiver = Receiver.open(); Log log = Log.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", wrong);
            pod.start();
            store.request("1", 1).await("it is reported",
                    () -> log.lines("webhook", "webhook_url is not an http:// or https:// URL of a host") > 0);
            store.request("2", 1).await("2 is done", () -> store.has("/done/2/summary"));
            store.put("/conf/webhook_url", receiver.url());
            store.await("both are posted", () -> store.has("/done/1/webhook") && store.has("/done/2/webhook"));
            assertEquals(0, log.lines("SECRET", ""));
        }
    }

    @Test
    void log_showsSchemeHostAndPortAndNoSecret() throws Exception {
        try (Receiver receiver = Receiver.open().answers(403, 302); Log log = Log.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_secret", "SECRET-KEY").put("/conf/webhook_url",
                    "http://user:SECRET-PASS@127.0.0.1:" + receiver.port() + "/SECRET-PATH?SECRET=QUERY");
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 3);
            assertEquals(1, log.lines("http://127.0.0.1:" + receiver.port() + ": it answers with status 403", ""));
            assertEquals(0, log.lines("SECRET", ""));
            assertEquals("Basic " + Base64.getEncoder().encodeToString("user:SECRET-PASS".getBytes(
                    StandardCharsets.UTF_8)), receiver.messages().get(0).authorization());
            assertTrue(store.all().below("/done/").values().stream()
                    .noneMatch(key -> key.value().contains("SECRET")));
        }
    }

    @Test
    void draining_podEndsWhenTheSummaryIsPosted() throws Exception {
        try (Receiver receiver = Receiver.open().answers(500, 500); Pod pod = pod("a", "EXIT_WHEN_IDLE", "true")) {
            store.put("/conf/webhook_url", receiver.url()).request("1", 1);
            pod.start();
            assertEquals(0, pod.exitCode());
            assertEquals(3, receiver.messages().size());
            assertTrue(store.has("/done/1/webhook"));
        }
    }

    @Test
    void mark_thatAUserPutsHasTheSummaryPostedAgain() throws Exception {
        try (Receiver receiver = Receiver.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 1);
            store.put(MARK, "again").request("2", 1); // the other request brings the next look
            store.await("it is posted again", () -> receiver.messages().stream()
                    .filter(message -> message.body().contains("\"request\":\"1\"")).count() == 2);
            store.awaitGone(MARK);
        }
    }

    @Test
    void summary_thatAUserSpoiltIsReportedAndWorkGoesOn() throws Exception {
        try (Receiver receiver = Receiver.open(); Log log = Log.open(); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1);
            awaitPosted("1", 1);
            String spoilt = store.get("/done/1/summary").replaceFirst("\"run\":\"[^\"]*\"", "\"run\":null");
            store.put("/done/1/summary", spoilt).put(MARK, "again").request("2", 1);
            store.await("it is reported", () -> log.lines("webhook", "names no run") > 0);
            awaitPosted("2", 1);
        }
    }

    @Test
    void summary_thatAUserDeletedIsNotPosted() throws Exception {
        try (Receiver receiver = Receiver.open().answers(500); Pod pod = pod("a")) {
            store.put("/conf/webhook_url", receiver.url());
            pod.start();
            store.request("1", 1).await("it was tried", () -> !receiver.messages().isEmpty());
            store.delete("/done/1/").awaitGone(MARK);
            assertNotEquals(0, receiver.messages().size());
            assertFalse(store.has("/done/1/webhook"));
            assertFalse(pod.died());
        }
    }

    private Pod pod(String host, String... more) throws Exception {
        return store.pod(folder, host, rows, Pod.Work.objects(2), more);
    }

    /** With further tries where the machine took 2 s to read a post: the server then ends the connection. */
    private void awaitPosted(String id, int tries) {
        store.await(id + " is posted", () -> store.has("/done/" + id + "/webhook"));
        store.await("after " + tries + " tries", () -> Integer.parseInt(store.get("/done/" + id + "/webhook")
                .replaceFirst("^\\{\"state\":\"posted\",\"tries\":(\\d+),.*", "$1")) >= tries);
        store.awaitGone("/done//webhook/" + id);
    }

    private static Receiver.Message only(Receiver receiver) {
        assertEquals(1, receiver.messages().size());
        return receiver.messages().get(0);
    }

    private static Set<String> requests(Receiver receiver) {
        return receiver.messages().stream().map(message -> Json.read(message.body(), Summary.class).request())
                .collect(Collectors.toSet());
    }

    private static String hmac(byte[] key, Receiver.Message message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = String.join(".", List.of(message.id(), message.timestamp(), message.body()));
        return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }
}
