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
 * The folder of the bucket, as the AWS SDK has it. Each call is one request, never more: who calls decides
 * about trying again. An IOException is worth another try, a {@link Refusal} is not. Safe for use by several threads.
 */
public final class Bucket {
    private static final Logger LOG = LoggerFactory.getLogger(Bucket.class);
    /** Of a version that no object has. */
    private static final String NO_ETAG = '"' + "0".repeat(32) + '"';

    private final String place;
    private final String root;
    private final boolean tokenIsFixed;
    private final AwsCredentialsProvider credentials;
    private final Pages pages;
    private final SignedGets gets;
    private volatile Boolean heedsIfMatch;

    /**
     * @param list how long a page of the listing may take, doubled after each that took longer
     * @param longestList up to so long
     */
    public Bucket(Conf conf, Duration list, Duration longestList, Clients clients) {
        Conf.S3 to = conf.s3();
        this.place = "bucket " + to.bucket() + (to.endpoint() == null ? " in " + to.region() : " at " + to.endpoint());
        this.root = conf.root();
        this.tokenIsFixed = to.token() != null;
        this.credentials = clients.credentials();
        this.pages = new Pages(conf, clients.s3(), list, longestList);
        this.gets = new SignedGets(clients.http(), credentials, clients.address(), to.requesterPays());
    }

    /** Gets them if there are none yet, which can take minutes where who gives them is not heard of. */
    public void requireCredentials() throws GiveUp {
        try {
            credentials.resolveCredentials();
        } catch (SdkException e) {
            throw GiveUp.conf("no credentials for S3: " + e.getMessage());
        }
    }

    /**
     * A page of the listing.
     *
     * @param after the name after which the listing begins, or null for the first
     * @param token of this page, or null for the first
     */
    public Pages.Page list(String after, String token) throws IOException, Refusal {
        return pages.list(after, token);
    }

    /** Begins to get a part of an object, or all of it, in its version. */
    Body get(ByteRange range) throws IOException, Refusal {
        return get(range, false, abort -> { });
    }

    /**
     * @param gzip whether it may come packed so, as some servers store it
     * @param begins gets what breaks the request off
     */
    public Body get(ByteRange range, boolean gzip, Consumer<Runnable> begins) throws IOException, Refusal {
        Item item = range.item();
        String what = "GET " + root + item.name();
        String bytes = range.whole() ? null : "bytes=" + range.from() + "-" + range.last();
        return new Body(what, range, S3Errors.unless(what, tokenIsFixed,
                () -> gets.get(root + item.name(), item.etag(), bytes, gzip, begins)));
    }

    /** The object in the version that it has now. HEAD would do, but says nothing of why it is refused. */
    public Item lookUp(Item item) throws IOException, Refusal {
        Item any = item.inVersion(item.size(), null);
        try (Body now = get(new ByteRange(any, 0, any.size()))) {
            if (now.length() == null) {
                throw new Refusal(now + ": it does not tell its length", Refusal.PRECONDITION_FAILED, "", false);
            }
            return item.inVersion(now.length(), now.etag());
        }
    }

    /**
     * Whether the server compares If-Match with anything: then what it gives for a listed ETag is what was listed, also
     * where it writes the ETag in another way.
     */
    private boolean heedsIfMatch(Item item) throws IOException, Refusal {
        if (heedsIfMatch == null) {
            boolean heeds = false;
            try (Body any = get(new ByteRange(item.inVersion(item.size(), NO_ETAG), 0, Math.min(1, item.size())))) {
                LOG.debug("{}: comes whatever version is asked for", any);
            } catch (Refusal e) {
                if (!e.otherVersion()) {
                    throw e;
                }
                heeds = true;
                LOG.warn("{}: GET and LIST give different ETags, as for '{}'; the server heeds If-Match, so that what "
                        + "it gives is taken for what is listed", place, item.name());
            }
            heedsIfMatch = heeds;
        }
        return heedsIfMatch;
    }

    /** Refuses an answer that is about another version, if a server gives one. */
    public void requireVersion(ByteRange range, Body body) throws IOException, Refusal {
        if (range.isOther(body) && (range.isOtherLength(body) || !heedsIfMatch(range.item()))) {
            throw new Refusal(body + ": not the version that was listed", Refusal.PRECONDITION_FAILED, "", false);
        }
    }

    /** Gets as many of its first bytes, of whatever version. */
    public void touch(Item item, long most) throws IOException, Refusal {
        ByteRange first = new ByteRange(item.inVersion(item.size(), null), 0, Math.min(most, item.size()));
        try (Body body = get(first)) {
            byte[] buffer = new byte[8192];
            for (long left = first.length(); left > 0;) {
                int read = body.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (read < 0) {
                    throw new IOException(body + ": " + left + " bytes of " + first.length() + " did not come");
                }
                left -= read;
            }
            body.read(buffer, 0, 1); // the end, so that the connection can be used again
        }
    }

    /** Where it is, for people. */
    @Override
    public String toString() {
        return place;
    }
}
