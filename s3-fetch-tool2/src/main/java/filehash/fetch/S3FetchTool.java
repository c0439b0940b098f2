package filehash.fetch;

import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.SpareCpus;
import filehash.pod.PodFile;
import filehash.pod.SharedDirectory;
import filehash.pod.Sibling;
import filehash.program.Health;
import filehash.program.Program;
import filehash.program.Settings;
import filehash.program.StopSignal;

/** The program of the container that fetches. */
public final class S3FetchTool {
    private static final String NAME = "s3-fetch-tool2";

    private S3FetchTool() {
    }

    public static void main(String[] args) {
        Program.run(NAME, 8082, S3FetchTool::serve);
    }

    private static int serve(Settings settings, StopSignal signal) throws Exception {
        SharedDirectory directory = SharedDirectory.open(settings.sharedDir());
        Capacity capacity = new Capacity(settings.filesLimit(), settings.filesBytes(), settings.segmentBytes(),
                settings.s3Connections());
        RetryPolicy policy = RetryPolicy.USUAL;
        try (Health health = Health.serve(settings.httpPort(), directory::problem);
                Connections connections =
                        new Connections(directory, capacity.connections(), policy, health.metrics())) {
            FetcherCounts counts = new FetcherCounts(health.metrics(), capacity, connections.throttle());
            Planner planner = new Planner(directory, connections, settings.planTime(), signal, health, counts);
            Fetcher fetcher = new Fetcher(directory, capacity, policy, new SpareCpus(), signal, health, connections,
                    counts);
            new Sibling<>(directory, NAME, PodFile.S3_FIN, PodFile.S3_STOP, settings.maxAttempts(), signal)
                    .planningBy(planner::run).waiting(counts::waited).serve(health, fetcher::run);
        }
        return Program.DONE;
    }
}
