package filehash.fetch.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000;

    private final TokenBucket bucket = new TokenBucket();
    private long now = 5 * SECOND;

    @Test
    void tokens_comeAtTheRateAndNotBefore() {
        bucket.limit(10, now);
        for (int i = 0; i < 100; i++) {
            assertEquals(SECOND / 10, bucket.pause(1, now));
            now += SECOND / 10;
            assertEquals(0, bucket.pause(1, now));
            bucket.take(1);
        }
    }

    @Test
    void tokens_ofARateBelowOneComeAllTheSame() {
        bucket.limit(0.25, now);
        assertEquals(4 * SECOND, bucket.pause(1, now));
        assertEquals(SECOND, bucket.pause(1, now + 3 * SECOND));
        assertEquals(0, bucket.pause(1, now + 4 * SECOND));
    }

    @Test
    void tokens_thatNobodyTakesAreKeptForAFifthOfASecond() {
        bucket.limit(100, now);
        now += 60 * SECOND;
        assertEquals(20, bucket.most(1000));
        assertEquals(0, bucket.pause(20, now));
        bucket.take(20);
        assertEquals(SECOND / 100, bucket.pause(1, now));
    }

    @Test
    void tokens_thatAreGivenBackCanBeTaken() {
        bucket.limit(100, now);
        assertEquals(SECOND / 5, bucket.pause(20, now));
        now += SECOND / 5;
        assertEquals(0, bucket.pause(20, now));
        bucket.take(20);
        bucket.take(-15);
        assertEquals(0, bucket.pause(15, now));
        assertEquals(SECOND / 100, bucket.pause(16, now));
    }

    @Test
    void limit_thatIsLoweredTakesAwayWhatItWouldNotKeep() {
        bucket.limit(1000, now);
        now += SECOND;
        assertEquals(0, bucket.pause(200, now));
        bucket.limit(10, now);
        assertEquals(0, bucket.pause(2, now));
        bucket.take(2);
        assertEquals(SECOND / 10, bucket.pause(1, now));
    }

    @Test
    void limit_thatIsLiftedLeavesNoDebt() {
        assertFalse(bucket.isLimited());
        assertEquals(0, bucket.pause(1 << 30, now));
        bucket.take(1 << 30);
        bucket.limit(10, now);
        assertTrue(bucket.isLimited());
        assertEquals(SECOND / 10, bucket.pause(1, now));
        bucket.limit(0, now);
        assertEquals(0, bucket.pause(1000, now));
        assertEquals(1000, bucket.most(1000));
    }
}
