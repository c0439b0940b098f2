package filehash.init.webhook;

import filehash.init.tree.ConfSource;
import filehash.program.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * Where summaries are posted. Everything but scheme, host and port may be a secret, as it is with chat services, so
 * nothing else is shown.
 *
 * @param url without user and password
 * @param authorization the value of the header, or null
 * @param key signs the posts; null for none
 */
record Target(URI url, Secret authorization, Secret key) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** @throws IllegalArgumentException that does not show the URL */
    static Target of(ConfSource.Receiver receiver) {
        URI given;
        try {
            given = URI.create(receiver.url().reveal());
        } catch (IllegalArgumentException e) { // its message repeats the text
            throw wrong();
        }
        if (given.getHost() == null || !SCHEMES.contains(String.valueOf(given.getScheme()))) {
            throw wrong();
        }
        String path = given.getRawPath().isEmpty() ? "/" : given.getRawPath();
        URI bare = URI.create(server(given) + path + (given.getRawQuery() == null ? "" : "?" + given.getRawQuery()));
        return new Target(bare, given.getUserInfo() == null ? null : basic(given.getUserInfo()), receiver.key());
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("webhook_url is not an http:// or https:// URL of a host");
    }

    private static String server(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    static Secret basic(String user) {
        return new Secret("Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return server(url);
    }
}
