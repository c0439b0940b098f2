package filehash.fetch.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLSocketFactory;

/**
 * A server and the way to it.
 *
 * @param proxy null for a direct connection
 * @param user user:password for the proxy, or null
 * @param silence the longest time without a single byte
 */
public record Route(Hop server, Hop proxy, String user, SSLSocketFactory tls, Duration connect, Duration silence) {
    /** An end of a connection. */
    public record Hop(boolean tls, String host, int port) {
        private static final int HTTP = 80;
        private static final int HTTPS = 443;

        /** The value of the Host header. */
        public String authority() {
            return port == (tls ? HTTPS : HTTP) ? host : this.toString();
        }

        public URI toUri() {
            return URI.create((tls ? "https://" : "http://") + this);
        }

        /** The host as a resolver and a certificate know it: IPv6 without its brackets. */
        String name() {
            return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    public Route withSilence(Duration other) {
        return new Route(server, proxy, user, tls, connect, other);
    }

    /** Whether requests name the whole URL, because a proxy forwards each. */
    boolean isForwarded() {
        return proxy != null && !server.tls();
    }

    /** Whether the proxy is asked for a tunnel. */
    boolean isTunnelled() {
        return proxy != null && server.tls();
    }

    Hop firstHop() {
        return proxy == null ? server : proxy;
    }

    /** The header that the proxy requires, with the end of its line; empty if it requires none. */
    String authorization() {
        return user == null ? "" : "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)) + "\r\n";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return proxy == null ? server.toString() : server + " through " + proxy;
    }
}
