package filehash.fetch.s3;

import filehash.fetch.http.GetClient;
import filehash.fetch.http.Gets;
import filehash.fetch.http.Quota;
import filehash.fetch.http.Route;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.program.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * The way to one bucket, set up from /conf and the environment. A later job reuses it if it needs the same S3 with the
 * same keys, so it finds connections open. Closing it aborts the requests under way. Immutable.
 */
public final class Clients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** The longest time without a single byte of an object. */
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /** A job that begins later opens new clients, because addresses and certificates change. */
    private static final long LIFE = Duration.ofMinutes(5).toNanos();

    /** Shared by all attempts: it caches credentials until they are about to expire. */
    private static final AwsCredentialsProvider CHAIN = DefaultCredentialsProvider.builder().build();

    private final Conf.S3 to;
    private final Gets objects;
    private final Gets lists;
    private final AwsCredentialsProvider credentials;
    private final BucketAddress address;
    private final CaBundle trusted;
    private final Quota quota;
    private final long openedAt = System.nanoTime();

    /**
     * @param objects sends requests for objects
     * @param lists sends requests for pages of the listing
     */
    Clients(Conf.S3 to, Gets objects, Gets lists, AwsCredentialsProvider credentials, BucketAddress address,
            CaBundle trusted, Quota quota) {
        this.to = to;
        this.quota = quota;
        this.objects = objects;
        this.lists = lists;
        this.credentials = credentials;
        this.address = address;
        this.trusted = trusted;
    }

    /**
     * @param longestList the longest time without a single byte of a page
     * @param quota limits all requests and the bytes of all responses
     */
    public static Clients open(Conf.S3 to, Duration longestList, Map<String, String> environment, RequestTimes times,
            Quota quota) throws GiveUp {
        try {
            BucketAddress address = address(to);
            AwsCredentialsProvider credentials = credentials(to);
            URI proxy = Proxy.of(environment, address.server().toUri());
            CaBundle trusted = CaBundle.of(environment);
            Route objects = route(address.server(), proxy, trusted);
            if (proxy != null) {
                LOG.info("connects to {} through the proxy {}:{}", address.server().host(), proxy.getHost(),
                        proxy.getPort());
            }
            return new Clients(to, times.measured("GET", new GetClient(objects, quota)),
                    times.measured("LIST", GetClient.charging(objects.withSilence(longestList), quota)), credentials,
                    address,
                    trusted, quota);
        } catch (RuntimeException e) { // a faulty profile does not raise an SdkException
            throw GiveUp.conf("cannot set up the clients for S3 from /conf and the environment: " + e.getMessage());
        }
    }

    /** Whether a job that needs this S3 may use these clients. */
    public boolean serve(Conf.S3 other) {
        return to.equals(other) && System.nanoTime() - openedAt < LIFE && !trusted.hasChanged();
    }

    /** Works out the address. An error that only this bucket causes ends this request and no other. */
    private static BucketAddress address(Conf.S3 to) throws GiveUp {
        try {
            return BucketAddress.of(to);
        } catch (RuntimeException e) { // an ARN of another region does not raise an SdkException
            BucketAddress.of(new Conf.S3("another", to.endpoint(), to.region(), to.key(), to.secret(), to.token(),
                    to.pathStyle(), to.requesterPays())); // throws if the environment is at fault
            throw GiveUp.root("cannot work out the address of bucket " + to.bucket() + " in " + to.region() + ": "
                    + e.getMessage());
        }
    }

    private static Route route(Route.Hop server, URI proxy, CaBundle trusted) throws GiveUp {
        Route.Hop first = proxy == null ? null
                : new Route.Hop(proxy.getScheme().equals("https"), proxy.getHost(), proxy.getPort());
        String user = proxy == null || proxy.getRawUserInfo() == null ? null : String.join(":", Proxy.user(proxy));
        boolean tls = server.tls() || first != null && first.tls();
        return new Route(server, first, user, tls ? trusted.sockets() : null, CONNECT, SILENCE);
    }

    private static AwsCredentialsProvider credentials(Conf.S3 s3) {
        if (s3.key() == null) {
            return Clients::fromTheChain; // a method reference: to close the client does not close the chain
        }
        AwsCredentials fixed = s3.token() == null
                ? AwsBasicCredentials.create(s3.key().reveal(), s3.secret().reveal())
                : AwsSessionCredentials.create(s3.key().reveal(), s3.secret().reveal(), s3.token().reveal());
        return StaticCredentialsProvider.create(fixed);
    }

    /** Turns the exceptions of all providers of the chain into one kind. */
    private static AwsCredentials fromTheChain() {
        try {
            return CHAIN.resolveCredentials();
        } catch (RuntimeException e) {
            throw SdkClientException.create(e.getMessage(), e);
        }
    }

    SignedGets requests() {
        return new SignedGets(objects, lists, quota, credentials, address, to.requesterPays());
    }

    AwsCredentialsProvider credentials() {
        return credentials;
    }

    @Override
    public void close() {
        objects.close();
        lists.close();
    }
}
