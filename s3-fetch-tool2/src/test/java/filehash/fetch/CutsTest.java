package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import filehash.pod.Stop;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CutsTest {
    private static final Patience NONE = new Patience(Duration.ofMillis(1), Duration.ofMillis(1), 1, Duration.ZERO, 1,
            Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(240), Duration.ofMinutes(10));

    private final Cuts cuts = new Cuts(Item.listed("a", 1000, "1"), null, NONE, new Stop());

    @Test
    void silence_isNoCut() throws Exception {
        IOException silence = new IOException("GET a: Read timed out", new SocketTimeoutException("Read timed out"));
        assertSame(silence, cuts.after(silence, 500));
        assertThrows(Refusal.class, () -> cuts.after(new IOException("GET a: 500 bytes instead of 1000"), 500));
    }
}
