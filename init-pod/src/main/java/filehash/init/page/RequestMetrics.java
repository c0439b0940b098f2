package filehash.init.page;

import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.RequestStatus.Jobs;
import filehash.program.Metrics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Numbers of each request. Only the page serves them, because all pods would serve the same. At most a hundred open
 * requests and those that ended last have series, so that Prometheus does not collect one for each request there ever
 * was.
 */
record RequestMetrics(Metrics metrics, Supplier<Reading> reading) {
    private static final int MOST_OPEN = 100;
    /** No request is worked on whose id is longer. */
    private static final int LONGEST_ID = 1024;

    void add() {
        metrics.gauges("filehash_request_jobs", "Jobs of a request, by state", List.of("request", "state"),
                series -> requests().forEach(request -> {
                    Jobs jobs = request.jobs();
                    series.set(jobs.done(), request.id(), "done");
                    series.set(jobs.running(), request.id(), "running");
                    series.set(jobs.waiting(), request.id(), "waiting");
                    series.set(jobs.parked(), request.id(), "parked");
                }));
        metrics.gauges("filehash_request_state", "1 for the state that a request is in", List.of("request", "state"),
                series -> requests().forEach(request -> series.set(1, request.id(),
                        request.state().name().toLowerCase(Locale.ROOT))));
        each("filehash_request_objects", "Objects of a request that are hashed or failed",
                request -> request.tally().objects());
        each("filehash_request_bytes", "Bytes of a request that are hashed", request -> request.tally().bytes());
        each("filehash_request_failed", "Objects of a request that failed", request -> request.tally().failed());
        each("filehash_request_pods", "Pods that work on a request", RequestStatus::pods);
        metrics.gauge("filehash_page_read_timestamp_seconds", "When the page last read etcd; absent before",
                () -> reading.get().time() == null ? Double.NaN : reading.get().time().toEpochMilli() / 1000.0);
    }

    private void each(String name, String help, ToDoubleFunction<RequestStatus> number) {
        metrics.gauges(name, help, List.of("request"),
                series -> requests().forEach(request -> series.set(number.applyAsDouble(request), request.id())));
    }

    private Stream<RequestStatus> requests() {
        Reading now = reading.get();
        return Stream.concat(now.open().stream().limit(MOST_OPEN), now.ended().stream())
                .filter(request -> request.id().getBytes(StandardCharsets.UTF_8).length <= LONGEST_ID);
    }
}
