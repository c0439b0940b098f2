package filehash.init.webhook;

import filehash.program.Program;
import filehash.program.Proxy;
import filehash.program.Secret;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLException;

/**
 * Posts texts as the Standard Webhooks specification says, whose libraries verify them: webhook-id is the same in each
 * try, webhook-timestamp is the time of this try, and webhook-signature is the HMAC-SHA256 of both and the body.
 * Redirects are not followed, because a post and its signature are for one receiver. Main thread only.
 */
public final class Post {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final String ALGORITHM = "HmacSHA256";
    /** What such secrets begin with if the rest is Base64. */
    private static final String ENCODED = "whsec_";
    private static final int DIGIT = 100;

    static {
        // otherwise Java sends no password to a proxy of https; it reads this when it builds the first request
        System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "");
    }

    private final Map<String, String> environment;
    private HttpClient client;
    private URI through;

    /** @param environment may name a proxy */
    public Post(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalArgumentException that holds no secret, if the secret or the proxy is wrong */
    CompletableFuture<HttpResponse<Void>> send(Target to, String id, String body, Instant now) {
        HttpRequest.Builder request = HttpRequest.newBuilder(to.url()).timeout(ANSWER)
                .header("Content-Type", "application/json").header("User-Agent", "filehash/" + Program.version())
                .header("webhook-id", id).header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (to.authorization() != null) {
            request.header("Authorization", to.authorization().reveal());
        }
        if (to.key() != null) {
            String signed = id + "." + now.getEpochSecond() + "." + body;
            request.header("webhook-signature", "v1," + signature(to.key(), signed));
        }
        return client(to.url()).sendAsync(request.build(), HttpResponse.BodyHandlers.discarding());
    }

    private static String signature(Secret key, String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes(key.reveal()), ALGORITHM));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] bytes(String key) {
        try {
            return key.startsWith(ENCODED) ? Base64.getDecoder().decode(key.substring(ENCODED.length()))
                    : key.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // its message shows a character of the secret
            throw new IllegalArgumentException("webhook_secret begins with " + ENCODED + ", but no Base64 follows");
        }
    }

    private HttpClient client(URI to) {
        URI proxy = Proxy.of(environment, to);
        if (client == null || !Objects.equals(proxy, through)) {
            through = proxy;
            client = client(proxy, HttpClient.newBuilder());
        }
        return client;
    }

    private static HttpClient client(URI proxy, HttpClient.Builder builder) {
        builder.version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER);
        if (proxy != null && !"http".equals(proxy.getScheme())) {
            throw new IllegalArgumentException("a proxy with an https:// URL is not supported here");
        }
        if (proxy != null) {
            builder.proxy(ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
        }
        if (proxy != null && proxy.getRawUserInfo() != null) {
            builder.authenticator(new Login(Proxy.user(proxy)));
        }
        return builder.build();
    }

    /** Gives user and password to the proxy, and to no other server. */
    private static final class Login extends Authenticator {
        private final PasswordAuthentication user;

        Login(String... user) {
            this.user = new PasswordAuthentication(user[0], user[1].toCharArray());
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? user : null;
        }
    }

    /** What is wrong with an answer; null if the receiver accepts the post. */
    static String problem(int status) {
        return switch (status / DIGIT) {
            case 2 -> null;
            case 3 -> "it answers with status " + status + ", and redirects are not followed";
            default -> "it answers with status " + status;
        };
    }

    /** Why there is no answer. The messages of exceptions are left out, because they may contain the URL. */
    static String problem(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "its name does not resolve";
            }
            if (cause instanceof SSLException) {
                return "TLS fails: " + cause.getMessage();
            }
            if (cause instanceof HttpConnectTimeoutException) {
                return "no connection within " + CONNECT.toSeconds() + " s";
            }
            if (cause instanceof HttpTimeoutException) {
                return "no answer within " + ANSWER.toSeconds() + " s";
            }
        }
        Throwable last = thrown;
        while (last.getCause() != null && !(last instanceof ConnectException)) {
            last = last.getCause();
        }
        return last instanceof ConnectException ? "it refuses connections" : last.getClass().getSimpleName();
    }
}
