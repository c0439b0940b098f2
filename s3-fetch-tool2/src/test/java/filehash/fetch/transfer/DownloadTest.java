package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.fetch.s3.Item;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DownloadTest {
    private final AtomicInteger ends = new AtomicInteger();
    private final Download download = new Download(Item.listed("a", 1, null), null, null, 1,
            ended -> ends.incrementAndGet());

    @Test
    void classThatIsNotThere_endsTheAttempt() {
        download.run(() -> {
            throw new NoClassDefFoundError("some/Thing");
        });
        Outcome.Ended end = assertInstanceOf(Outcome.Ended.class, download.outcome());
        assertTrue(end.why().getMessage().contains("cannot fetch 'a'"), end.why().getMessage());
        assertEquals(1, ends.get());
    }

    @Test
    void outcome_isTheFirst() {
        download.run(() -> new Outcome.Done(new byte[1]));
        download.run(() -> {
            throw new IllegalStateException("late");
        });
        assertInstanceOf(Outcome.Done.class, download.outcome());
        assertEquals(1, ends.get());
    }
}
