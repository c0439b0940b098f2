package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.Scrape;
import filehash.init.etcd.Lease;
import filehash.program.Metrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseIT {
    @Test
    void loss_isCountedOnceWhileAJobNeedsTheLease() throws Exception {
        Metrics metrics = new Metrics();
        try (Store store = Store.create()) {
            Lease lease = new Lease(store.etcd(), Duration.ofSeconds(2));
            lease.register(metrics);
            lapse(lease);
            assertEquals(0, value(metrics, "filehash_lease_losses_total"));
            assertEquals(0, value(metrics, "filehash_jobs_held"));
            lease.setHeld(true);
            assertEquals(1, value(metrics, "filehash_jobs_held"));
            Await.until("it is renewed", Await.BOUND, () -> !lease.renew());
            lapse(lease);
            assertTrue(lease.renew());
            assertEquals(1, value(metrics, "filehash_lease_losses_total"));
        }
    }

    /** Grants it, and does not renew it for more than half of its time. */
    private static void lapse(Lease lease) throws Exception {
        lease.obtain();
        long granted = System.nanoTime();
        Await.until("a while", Await.BOUND, () -> System.nanoTime() - granted > Duration.ofMillis(1200).toNanos());
        assertTrue(lease.renew());
    }

    private static double value(Metrics metrics, String series) {
        return new Scrape(metrics.text()).value(series);
    }
}
