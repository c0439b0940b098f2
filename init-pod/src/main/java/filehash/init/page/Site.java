package filehash.init.page;

import filehash.init.command.survey.RequestStatus;
import filehash.program.Health;
import filehash.program.Json;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Answers the requests of viewers. All answers come from the last reading, so many viewers cost etcd no more than one;
 * they carry their age in whole seconds. Safe for use by several threads.
 */
final class Site {
    /** Longer than the pause between two requests of a viewer. */
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final String ID = "id=";

    private final ThroughputHistory history;
    private final LongSupplier nanoTime;
    private final Markup markup = Markup.load();
    private volatile Shown shown;
    private volatile long askedAt;

    /** A reading, and its list of requests as all viewers get it. */
    private static final class Shown {
        private final Reading reading;
        private byte[] overview;

        Shown(Reading reading) {
            this.reading = reading;
        }

        synchronized byte[] overview() {
            if (overview == null) {
                overview = bytes(new Overview(reading.time(), reading.prefix(), reading.problem(), reading.all(),
                        reading.more()));
            }
            return overview;
        }
    }

    /** The requests, as filehash status --json prints them, with what the page needs beside them. */
    record Overview(Instant time, String prefix, String problem, List<RequestStatus> requests, int more) {
    }

    /**
     * One request.
     *
     * @param request null if there is none of this id
     * @param map null if nothing is known of its jobs
     * @param history null if there is none of this id
     */
    record Detail(Instant time, String prefix, String problem, RequestStatus request, String map,
            List<JobMap.Job> jobs, ThroughputHistory.Series history) {
    }

    Site(Reading first, ThroughputHistory history, LongSupplier nanoTime) {
        this.shown = new Shown(first);
        this.history = history;
        this.nanoTime = nanoTime;
        this.askedAt = nanoTime.getAsLong() - WATCHED.toNanos();
    }

    void show(Reading now) {
        shown = new Shown(now);
    }

    Reading reading() {
        return shown.reading;
    }

    /** Whether somebody looked in the last seconds. */
    boolean watched() {
        return nanoTime.getAsLong() - askedAt < WATCHED.toNanos();
    }

    void addTo(Health health) {
        health.answer("/", query -> new Health.Answer(200, "text/html; charset=utf-8", markup.bytes(),
                headers("Content-Security-Policy", markup.policy(), "Cross-Origin-Opener-Policy", "same-origin")));
        health.answer("/api/requests", query -> requests());
        health.answer("/api/request", query -> request(query));
    }

    private Health.Answer requests() {
        askedAt = nanoTime.getAsLong();
        Shown now = shown;
        return json(200, now.reading, now.overview());
    }

    private Health.Answer request(String query) {
        askedAt = nanoTime.getAsLong();
        String id = query != null && query.startsWith(ID)
                ? URLDecoder.decode(query.substring(ID.length()), StandardCharsets.UTF_8) : null;
        Reading now = reading();
        Optional<RequestStatus> found = now.request(id);
        JobMap map = found.map(request -> JobMap.of(request, now.work().get(id))).orElse(new JobMap(null, List.of()));
        return json(found.isPresent() ? 200 : 404, now, bytes(new Detail(now.time(), now.prefix(), now.problem(),
                found.orElse(null), map.letters(), map.jobs(), found.isPresent() ? history.of(id) : null)));
    }

    private Health.Answer json(int status, Reading of, byte[] body) {
        long age = of.time() == null ? 0 : TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - of.at());
        return new Health.Answer(status, "application/json", body, headers("Age", Long.toString(age)));
    }

    private static byte[] bytes(Object what) {
        return Json.write(what).getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(String... more) {
        Map<String, String> headers = new HashMap<>(Map.of("Cache-Control", "no-store", "X-Content-Type-Options",
                "nosniff", "Referrer-Policy", "no-referrer", "Cross-Origin-Resource-Policy", "same-origin"));
        for (int i = 0; i < more.length; i += 2) {
            headers.put(more[i], more[i + 1]);
        }
        return headers;
    }
}
