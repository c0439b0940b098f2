package filehash.init;

import filehash.backends.EtcdServer;
import filehash.program.Json;
import java.time.Duration;
import java.time.Instant;

/** Puts requests into etcd as pods leave them there, without pods. */
record Scenes(Store store) {
    private static final String FULL = "{\"gaveUp\":5,\"lost\":0,\"reason\":\"table FileHash is full: free space on"
            + " the server\"}";
    private static final String REFUSED = "{\"gaveUp\":2,\"lost\":0,\"reason\":\"Access denied for user"
            + " 'filehash'@'10.0.0.7'\"}";

    /**
     * A run, with a letter for each of its jobs: d is done, r has a pod, f has one after failures, p is parked, and w
     * waits.
     *
     * @param root as the run has it, with a slash at its end
     */
    void run(String id, String root, String jobs) throws InterruptedException {
        int left = (int) jobs.chars().filter(job -> job != 'd').count();
        int next = jobs.replaceFirst("w+$", "").length();
        String run = Fill.runOf(id);
        try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
            fill.run(id, jobs.length(), left);
            String request = "/req/" + id + "/";
            fill.put(request + "run/root", root).put(request + "run/bucket", "archive").put(request + "run/region", "r")
                    .put(request + "run/next", next).put(request + "job", jobs.length() - next);
            for (int i = 0; i < next; i++) {
                job(fill, id, i, jobs.charAt(i), run);
            }
        }
    }

    private static void job(Fill fill, String id, int number, char letter, String run) throws InterruptedException {
        if (letter == 'd') {
            String done = "/done/" + id + "/" + number + "/";
            fill.put(done + "host", "filehash-7c9f6d-x2k9p").put(done + "progress", progress(1500, number % 16 == 3));
            return;
        }
        String wip = "/wip/" + id + "/" + number + "/";
        fill.put(wip + "run", run).put(wip + "attempt", 1 + number % 3);
        if (letter != 'w') {
            fill.put(wip + "progress", progress(700, false)).put(wip + "last_filename",
                    String.format("%08x/<script>IMG_%05d.jpg", number << 20, number));
        }
        if (letter == 'r' || letter == 'f') {
            fill.bind(wip + "host", "filehash-7c9f6d-" + number);
        }
        if (letter == 'f') {
            fill.put(wip + "failures", REFUSED);
        } else if (letter == 'p') {
            fill.put(wip + "error", FULL);
        }
    }

    private static String progress(long files, boolean fails) {
        Instant now = Instant.now();
        return "{\"files\":" + files + ",\"failed\":" + (fails ? 3 : 0) + ",\"failedByClass\":"
                + (fails ? "{\"ARCHIVED\":2,\"GONE\":1}" : "{}") + ",\"bytes\":" + files * 640_000 + ",\"started\":\""
                + now.minus(Duration.ofMinutes(50)) + "\",\"updated\":\"" + now.minusSeconds(2) + "\"}";
    }

    void planned(String id, long objects, long bytes) {
        store.put("/req/" + id + "/plan", "{\"split\":\"hex\",\"jobs\":64,\"objects\":" + objects + ",\"bytes\":"
                + bytes + ",\"complete\":true}");
    }

    void planning(String id) throws InterruptedException {
        try (Fill fill = new Fill(EtcdServer.shared().endpoint(), store.prefix())) {
            fill.put("/req/" + id + "/root", "tapes").put("/req/" + id + "/job", "auto")
                    .put("/req/" + id + "/method", "SHA256").put("/req/" + id + "/plan/id", Fill.runOf(id))
                    .bind("/req/" + id + "/plan/host", "filehash-7c9f6d-x2k9p");
        }
    }

    void bad(String id) {
        store.put("/req/" + id + "/root", "photos").put("/req/" + id + "/job", "sixteen")
                .put("/req/" + id + "/method", "SHA256");
    }

    void refused(String id) throws InterruptedException {
        run(id, "photos/", "ddww");
        store.put("/req/" + id + "/error", "S3 refuses to list s3://archive/photos/: AccessDenied");
    }

    void paused(String id) throws InterruptedException {
        run(id, "maps/", "ddfwww");
        store.put("/req/" + id + "/paused", "").put("/req/" + id + "/priority", "5");
    }

    void cancelling(String id) throws InterruptedException {
        run(id, "photos/", "ddrrpw");
        store.put("/req/" + id + "/cancel", "");
    }

    void cancelled(String id) {
        store.put("/done/" + id + "/bucket", "archive").put("/done/" + id + "/summary", "{\"request\":" + Json.write(id)
                + ",\"run\":\"r\",\"root\":\"photos/\",\"methods\":[\"SHA256\"],\"jobs\":16,\"rows\":321,"
                + "\"files\":321,\"failed\":0,\"failedByClass\":{},\"bytes\":1200000000,"
                + "\"started\":\"2026-11-29T20:10:00Z\",\"finished\":\"2026-11-29T20:10:49Z\","
                + "\"cancelled\":{\"at\":\"2026-11-29T20:11:00Z\",\"jobsDone\":5}}");
    }

    void done(String id) {
        store.put("/done/" + id + "/bucket", "archive").put("/done/" + id + "/summary", "{\"request\":" + Json.write(id)
                + ",\"run\":\"r\",\"root\":\"photos/\",\"methods\":[\"MD5\",\"SHA256\"],\"jobs\":16,\"rows\":642,"
                + "\"files\":321,\"failed\":3,\"failedByClass\":{\"GONE\":3},\"bytes\":1200000000,"
                + "\"started\":\"2026-11-29T20:10:00Z\",\"finished\":\"2026-11-29T20:10:49Z\"}");
    }
}
