package filehash.fetch;

import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.TrustManager;
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
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** The SDK's clients, as /conf and the environment have them. */
final class Clients {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** One for all attempts: what it has got, it keeps until that is about to expire. */
    private static final AwsCredentialsProvider CHAIN = DefaultCredentialsProvider.builder().build();

    private Clients() {
    }

    /** Sends what it is given, once. */
    static Apache5HttpClient.Builder http(int connections, Duration silence, URI proxy,
            Map<String, String> environment) throws GiveUp {
        Apache5HttpClient.Builder http = Apache5HttpClient.builder().maxConnections(connections)
                .connectionTimeout(CONNECT).socketTimeout(silence).proxyConfiguration(through(proxy));
        String caBundle = environment.get(CaBundle.VARIABLE);
        if (caBundle != null && !caBundle.isBlank()) {
            TrustManager[] trusted = CaBundle.trusted(Path.of(caBundle));
            http.tlsTrustManagersProvider(() -> trusted);
        }
        return http;
    }

    /** What the SDK itself reads of the environment about proxies is not what others read. */
    private static ProxyConfiguration through(URI proxy) {
        ProxyConfiguration.Builder configuration = ProxyConfiguration.builder().useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false);
        if (proxy != null) {
            configuration.endpoint(URI.create(proxy.getScheme() + "://" + proxy.getHost() + ":" + proxy.getPort()));
            if (proxy.getRawUserInfo() != null) {
                String[] user = proxy.getRawUserInfo().split(":", 2);
                configuration.username(decoded(user[0])).password(user.length == 1 ? "" : decoded(user[1]))
                        .preemptiveBasicAuthenticationEnabled(true);
            }
        }
        return configuration.build();
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    static S3Client s3(Conf.S3 to, SdkHttpClient http, AwsCredentialsProvider credentials) {
        S3ClientBuilder builder = S3Client.builder().httpClient(http).credentialsProvider(credentials)
                .region(Region.of(to.region())).forcePathStyle(to.pathStyle())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new KeyDecoder()));
        return (to.endpoint() == null ? builder : builder.endpointOverride(to.endpoint())).build();
    }

    static AwsCredentialsProvider credentials(Conf.S3 s3) {
        if (s3.key() == null) {
            return Clients::fromTheChain; // which thus is not closed with the client
        }
        AwsCredentials fixed = s3.token() == null
                ? AwsBasicCredentials.create(s3.key().reveal(), s3.secret().reveal())
                : AwsSessionCredentials.create(s3.key().reveal(), s3.secret().reveal(), s3.token().reveal());
        return StaticCredentialsProvider.create(fixed);
    }

    /** Each of its links has exceptions of its own. */
    private static AwsCredentials fromTheChain() {
        try {
            return CHAIN.resolveCredentials();
        } catch (RuntimeException e) {
            throw SdkClientException.create(e.getMessage(), e);
        }
    }
}
