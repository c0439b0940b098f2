package filehash.fetch.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import filehash.backends.OtherS3;
import filehash.fetch.http.Quota;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.Clients;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.RequestTimes;
import filehash.pod.Conf;
import filehash.program.Metrics;
import filehash.program.Secret;
import filehash.program.Trouble;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A takeover after any name, with any S3 server: {@link OtherS3} chooses it. */
class OtherS3ListingIT {
    @Test
    void listing_goesOnAfterEveryNameThatTheServerHolds() throws Exception {
        try (OtherS3 s3 = OtherS3.open()) {
            for (String root : List.of("photos/", "50% off+/\u00e9 \u65e5/")) {
                List<String> all = List.copyOf(s3.lay(root).keySet());
                Conf any = Confs.of(new Conf.S3(s3.bucket(), s3.endpoint(), s3.region(), new Secret(s3.key()),
                        new Secret(s3.secret()), null), 0, 1);
                Conf conf = Confs.inRoot(any, root);
                try (Clients clients = Clients.open(conf.s3(), RetryPolicies.QUICK.maxListTimeout(), Map.of(),
                        new RequestTimes(new Metrics()), new Quota())) {
                    Bucket bucket = new Bucket(conf, RetryPolicies.QUICK.listTimeout(),
                            RetryPolicies.QUICK.maxListTimeout(), clients);
                    assertEquals(all, after(bucket, conf, ""));
                    for (int i = 0; i < all.size(); i++) {
                        assertEquals(all.subList(i + 1, all.size()), after(bucket, conf, all.get(i)), all.get(i));
                    }
                }
            }
        }
    }

    private static List<String> after(Bucket bucket, Conf conf, String last) {
        Retry retry = new Retry(new Trouble(LoggerFactory.getLogger(OtherS3ListingIT.class), "S3"), new Throttle(1),
                new LongAdder(), RetryPolicies.QUICK);
        List<String> names = new ArrayList<>();
        try (Listing listing = Listing.start(bucket, conf, retry, last)) {
            Await.until("the end of the listing after '" + last + "'", Await.BOUND, () -> {
                while (listing.peek() != null) {
                    names.add(listing.take().name());
                }
                return listing.ended();
            });
        }
        return names;
    }
}
