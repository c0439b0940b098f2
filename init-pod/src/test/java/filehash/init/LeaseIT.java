package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.backends.Scrape;
import filehash.backends.Wire;
import filehash.init.etcd.Lease;
import filehash.program.Metrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeaseIT {
    @Test
    void loss_isCountedOnceWhileAJobNeedsTheLease() throws Exception {
        Metrics metrics = new Metrics();
        EtcdServer server = EtcdServer.shared();
        try (Wire wire = new Wire(server.address(), server.port());
                Store store = Store.create("http://127.0.0.1:" + wire.port())) {
            Lease lease = new Lease(store.etcd(), Duration.ofSeconds(2));
            lease.register(metrics);
            lapse(lease, wire);
            assertEquals(0, value(metrics, "filehash_lease_losses_total"));
            assertEquals(0, value(metrics, "filehash_jobs_held"));
            lease.setHeld(true);
            assertEquals(1, value(metrics, "filehash_jobs_held"));
            wire.pass();
            lapse(lease, wire);
            assertTrue(lease.renew());
            assertEquals(1, value(metrics, "filehash_lease_losses_total"));
        }
    }

    /** Obtains it, and then lets no renewal through until more than half of its time is over. */
    private static void lapse(Lease lease, Wire wire) {
        Await.until("it is new", Await.BOUND, () -> lease.obtain() > 0 && !lease.renew());
        wire.hold();
        Await.until("it lapses", Await.BOUND, lease::renew);
    }

    private static double value(Metrics metrics, String series) {
        return new Scrape(metrics.text()).value(series);
    }
}
