package filehash.fetch.s3;

import filehash.fetch.http.GetClient;
import filehash.fetch.http.Gets;
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
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The SDK's clients, configured from /conf and the environment. A later job reuses them if it needs the same S3 with
 * the same keys, so it finds connections open. Closing them aborts the requests under way. Immutable.
 */
public final class Clients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** The longest time without a single byte. */
    private static final Duration SILENCE = Duration.ofSeconds(30);
    /** The most connections for LIST: those of a plan's streams. A job needs three, one for its listing. */
    private static final int LISTS = 16;
    /** A job that begins later opens new clients, because addresses and certificates change. */
    private static final long LIFE = Duration.ofMinutes(5).toNanos();

    /** Shared by all attempts: it caches credentials until they are about to expire. */
    private static final AwsCredentialsProvider CHAIN = DefaultCredentialsProvider.builder().build();

    private final Conf.S3 to;
    private final SdkHttpClient lists;
    private final Gets gets;
    private final AwsCredentialsProvider credentials;
    private final SdkHttpRequest address;
    private final S3Client s3;
    private final CaBundle trusted;
    private final long openedAt = System.nanoTime();

    /** @param address as {@link SignedGets#template} returns it */
    Clients(Conf.S3 to, SdkHttpClient lists, Gets gets, AwsCredentialsProvider credentials,
            SdkHttpRequest address, CaBundle trusted) {
        this.to = to;
        this.lists = lists;
        this.gets = gets;
        this.credentials = credentials;
        this.address = address;
        this.trusted = trusted;
        this.s3 = s3(to, lists, credentials);
    }

    public static Clients open(Conf.S3 to, Duration longestList, Map<String, String> environment, RequestTimes times)
            throws GiveUp {
        try {
            SdkHttpRequest address = address(to);
            AwsCredentialsProvider credentials = credentials(to);
            URI proxy = Proxy.of(environment, address.getUri());
            CaBundle trusted = CaBundle.of(environment);
            Gets gets = times.measured(new GetClient(route(address, proxy, trusted)));
            SdkHttpClient lists = times.measured(http(longestList, proxy, trusted));
            if (proxy != null) {
                LOG.info("connects to {} through the proxy {}:{}", address.host(), proxy.getHost(), proxy.getPort());
            }
            return new Clients(to, lists, gets, credentials, address, trusted);
        } catch (RuntimeException e) { // a faulty profile does not raise an SdkException
            throw GiveUp.conf("cannot set up the clients for S3 from /conf and the environment: " + e.getMessage());
        }
    }

    /** Whether a job that needs this S3 may use these clients. */
    public boolean serve(Conf.S3 other) {
        return to.equals(other) && System.nanoTime() - openedAt < LIFE && !trusted.hasChanged();
    }

    /** Works out the address. An error that only this bucket causes ends this request and no other. */
    private static SdkHttpRequest address(Conf.S3 to) throws GiveUp {
        try {
            return SignedGets.template(to);
        } catch (RuntimeException e) { // an ARN of another region does not raise an SdkException
            SignedGets.template(new Conf.S3("another", to.endpoint(), to.region(), to.key(), to.secret(), to.token(),
                    to.pathStyle(), to.requesterPays())); // throws if the environment is at fault
            throw GiveUp.root("cannot work out the address of bucket " + to.bucket() + " in " + to.region() + ": "
                    + e.getMessage());
        }
    }

    private static Route route(SdkHttpRequest address, URI proxy, CaBundle trusted) throws GiveUp {
        Route.Hop server = SignedGets.server(address);
        Route.Hop first = proxy == null ? null
                : new Route.Hop(proxy.getScheme().equals("https"), proxy.getHost(), proxy.getPort());
        String user = proxy == null || proxy.getRawUserInfo() == null ? null : String.join(":", Proxy.user(proxy));
        boolean tls = server.tls() || first != null && first.tls();
        return new Route(server, first, user, tls ? trusted.sockets() : null, CONNECT, SILENCE);
    }

    /** A client for LIST that sends each request once. */
    private static SdkHttpClient http(Duration silence, URI proxy, CaBundle trusted) {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder().maxConnections(LISTS)
                .connectionTimeout(CONNECT).socketTimeout(silence).proxyConfiguration(through(proxy));
        if (trusted.managers() != null) {
            http.tlsTrustManagersProvider(trusted::managers);
        }
        return http.build();
    }

    /** Keeps the SDK from reading the proxy variables itself: it reads them in another way than other programs. */
    private static ProxyConfiguration through(URI proxy) {
        ProxyConfiguration.Builder configuration = ProxyConfiguration.builder().useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false);
        if (proxy != null) {
            configuration.endpoint(URI.create(proxy.getScheme() + "://" + proxy.getHost() + ":" + proxy.getPort()));
            if (proxy.getRawUserInfo() != null) {
                String[] user = Proxy.user(proxy);
                configuration.username(user[0]).password(user[1]).preemptiveBasicAuthenticationEnabled(true);
            }
        }
        return configuration.build();
    }

    private static S3Client s3(Conf.S3 to, SdkHttpClient http, AwsCredentialsProvider credentials) {
        S3ClientBuilder builder = S3Client.builder().httpClient(http).credentialsProvider(credentials)
                .region(Region.of(to.region())).forcePathStyle(to.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new PageReader()));
        return (to.endpoint() == null ? builder : builder.endpointOverride(to.endpoint())).build();
    }

    private static AwsCredentialsProvider credentials(Conf.S3 s3) {
        if (s3.key() == null) {
            return Clients::fromTheChain; // a method reference, lest closing the client close the chain
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

    /** Sends LIST requests. */
    S3Client s3() {
        return s3;
    }

    /** Sends GET requests. */
    Gets http() {
        return gets;
    }

    AwsCredentialsProvider credentials() {
        return credentials;
    }

    /** The address, as {@link SignedGets#template} returns it. */
    SdkHttpRequest address() {
        return address;
    }

    @Override
    public void close() {
        s3.close();
        lists.close();
        gets.close();
    }
}
