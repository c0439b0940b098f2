package filehash.deaths;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three short scenarios of docker/deaths. That script runs all of them, or one. */
class DeathsIT {
    private static Servers servers;

    @BeforeAll
    static void start() throws IOException {
        servers = Servers.start();
    }

    @AfterAll
    static void end() throws IOException {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"batch-comes-after-the-takeover", "planner-is-killed-while-it-lists",
            "s3-denies-all-for-a-time"})
    void rows_areExactlyThoseAskedForWhateverDies(String scenario) throws Exception {
        Scenario.named(scenario).run(servers, Path.of("target", "deaths", scenario), 1);
    }
}
