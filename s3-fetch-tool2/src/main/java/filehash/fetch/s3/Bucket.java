package filehash.fetch.s3;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Lists and reads the objects of one folder. No call retries after an IOException, which may pass: the caller does. A
 * {@link Refusal} will not pass. {@link #lookUp} sends a GET and a LIST, and {@link #requireVersion} may send a GET. If
 * the server rejects the header that asks for checksums, a GET is sent once more without it. Thread-safe.
 */
public final class Bucket {
    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
    /** An ETag that no object has. */
    private static final String NO_ETAG = '"' + "0".repeat(32) + '"';

    private final String location;
    private final String root;
    private final boolean hasStaticToken;
    private final AwsCredentialsProvider credentials;
    private final Pages pages;
    private final SignedGets gets;
    /** Null until the server was probed. Several threads may probe it at once, which costs a request each. */
    private volatile Boolean evaluatesIfMatch;

    /**
     * @param listTimeout the first timeout of a LIST request; it doubles after each timeout
     * @param maxListTimeout the largest timeout of a LIST request
     */
    public Bucket(Conf conf, Duration listTimeout, Duration maxListTimeout, Clients clients) {
        Conf.S3 s3 = conf.s3();
        this.location = "bucket " + s3.bucket()
                + (s3.endpoint() == null ? " in " + s3.region() : " at " + s3.endpoint());
        this.root = conf.root();
        this.hasStaticToken = s3.token() != null;
        this.credentials = clients.credentials();
        this.gets = clients.requests();
        this.pages = new Pages(conf, gets, listTimeout, maxListTimeout);
    }

    /** Fetches the credentials if there are none yet. That takes minutes while their provider does not answer. */
    public void requireCredentials() throws GiveUp {
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw GiveUp.conf("no credentials for S3: " + e.getMessage());
        }
    }

    /**
     * Requests one page of the listing.
     *
     * @param after the name after which the listing begins, or null to begin with the first name
     * @param token the continuation token of the page, or null for the first page
     */
    public Pages.Page<Item> list(String after, String token) throws IOException, Refusal {
        return pages.list(after, token);
    }

    /** Requests the same page of the listing for a plan. */
    public Pages.Page<Listed> survey(String after, String token) throws IOException, Refusal {
        return pages.survey(after, token);
    }

    /** Requests a byte range of an object in the listed version. */
    Body get(ByteRange range) throws IOException, Refusal {
        return get(range, false, abort -> {});
    }

    /**
     * Requests a byte range of an object in the listed version, such that the caller can abort the request.
     *
     * @param gzip whether the server may send it compressed, as some servers store it
     * @param begins receives the action that aborts the request, before the request is sent
     */
    public Body get(ByteRange range, boolean gzip, Consumer<Runnable> begins) throws IOException, Refusal {
        Item item = range.item();
        String what = "GET " + root + item.name();
        String bytes = range.whole() ? null : "bytes=" + range.from() + "-" + range.last();
        return new Body(what, range, S3Errors.sent(what, hasStaticToken,
                () -> gets.get(root + item.name(), item.etag(), bytes, gzip, begins)));
    }

    /**
     * Returns the object in its current version. It sends a GET, because a refused HEAD gives no reason; and a LIST,
     * because a server in front of S3 may answer the GET with a page of its own, which has a length and an ETag too.
     */
    public Item lookUp(Item item) throws IOException, Refusal {
        Item anyVersion = item.inVersion(item.size(), null);
        try (Body current = get(ByteRange.all(anyVersion))) {
            requireEtag(item, current);
            if (current.length() == null) {
                throw Refusal.ofOtherVersion(current + ": the response has no Content-Length");
            }
            Item listed = pages.find(item.name());
            if (listed == null || listed.size() != current.length()) {
                throw new S3Errors.Doubtful(Refusal.ofNoVersion(current + ": not the object that LIST shows"));
            }
            return item.inVersion(listed.size(), listed.etag());
        }
    }

    /**
     * Rejects a response of another version than the listed one. If only the ETags differ, it asks once whether the
     * server honours If-Match. If it does, the response is the listed version, although GET spells the ETag differently
     * than LIST.
     *
     * @throws Refusal if the server has another version by now
     */
    public void requireVersion(ByteRange range, Body body) throws IOException, Refusal {
        requireEtag(range.item(), body);
        if (!range.isOther(body)) {
            return;
        }
        if (!range.isOtherLength(body) && evaluatesIfMatch == null) {
            evaluatesIfMatch = probeIfMatch(range.item());
        }
        if (range.isOtherLength(body) || !evaluatesIfMatch) {
            throw Refusal.ofOtherVersion(body + ": not the version that was listed");
        }
    }

    /** Requests the object in a version that it cannot have. Returns whether the server refuses that. */
    private boolean probeIfMatch(Item item) throws IOException, Refusal {
        try (Body body = get(new ByteRange(item.inVersion(item.size(), NO_ETAG), 0, Math.min(1, item.size())))) {
            requireEtag(item, body);
            LOG.debug("{}: the server ignores If-Match", body);
            return false;
        } catch (Refusal e) {
            if (!e.otherVersion()) {
                throw e;
            }
            LOG.warn("{}: GET and LIST return different ETags, as for '{}'; the server evaluates If-Match, so its "
                    + "responses count as the listed version", location, item.name());
            return true;
        }
    }

    /** Rejects a response that may be the page of a proxy: S3 names the version of an object if it lists one. */
    private static void requireEtag(Item listed, Body body) throws S3Errors.Doubtful {
        if (listed.etag() != null && body.etag() == null) {
            throw new S3Errors.Doubtful(Refusal.ofNoVersion(body + ": the response names no version (ETag)"));
        }
    }

    /** Reads the first bytes of the object in whatever version, to see whether S3 sends them. */
    public void probe(Item item, long maxBytes) throws IOException, Refusal {
        ByteRange first = new ByteRange(item.inVersion(item.size(), null), 0, Math.min(maxBytes, item.size()));
        try (Body body = get(first)) {
            requireEtag(item, body);
            byte[] buffer = new byte[8192];
            for (long left = first.length(); left > 0;) {
                int read = body.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException(body + ": " + left + " of " + first.length() + " bytes did not arrive");
                }
                left -= read;
            }
            body.read(buffer, 0, 1); // reads the end, so that the connection is reused
        }
    }

    /** The bucket and its location, as messages name them. */
    @Override
    public String toString() {
        return location;
    }
}
