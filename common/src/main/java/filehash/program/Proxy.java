package filehash.program;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Finds the proxy for a host in HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or in their lower-case forms, by the rules of
 * curl and Go.
 */
public final class Proxy {
    private static final Map<String, Integer> PORTS = Map.of("http", 80, "https", 443);

    private Proxy() {
    }

    /**
     * @param to the target of the requests
     * @return an http:// or https:// URL with a host and a port, or null if no proxy is to be used
     * @throws IllegalArgumentException that names the variable, but not its value
     */
    public static URI of(Map<String, String> environment, URI to) {
        String name = to.getScheme().toLowerCase(Locale.ROOT) + "_proxy";
        String proxy = value(environment, name);
        String host = bare(to.getHost().toLowerCase(Locale.ROOT));
        int port = to.getPort() < 0 ? PORTS.get(to.getScheme().toLowerCase(Locale.ROOT)) : to.getPort();
        if (proxy.isEmpty() || isLocal(host) || isExcepted(value(environment, "no_proxy"), host, port)) {
            return null;
        }
        try {
            URI url = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            String scheme = url.getScheme().toLowerCase(Locale.ROOT);
            if (url.getHost() != null && PORTS.containsKey(scheme)) {
                return new URI(scheme + "://" + (url.getRawUserInfo() == null ? "" : url.getRawUserInfo() + "@")
                        + url.getHost() + ":" + (url.getPort() < 0 ? PORTS.get(scheme) : url.getPort()));
            }
        } catch (IllegalArgumentException | URISyntaxException e) {
            throw wrong(name); // the message omits the value, which may contain a password
        }
        throw wrong(name);
    }

    /** User and password of a proxy whose URL has them. */
    public static String[] user(URI proxy) {
        String[] user = proxy.getRawUserInfo().split(":", 2);
        return new String[] {decoded(user[0]), user.length == 1 ? "" : decoded(user[1])};
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException wrong(String name) {
        return new IllegalArgumentException(
                name.toUpperCase(Locale.ROOT) + " is not an http:// or https:// URL of a proxy");
    }

    private static String value(Map<String, String> environment, String name) {
        String small = environment.getOrDefault(name, "").strip();
        return small.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "").strip() : small;
    }

    private static boolean isLocal(String host) {
        byte[] address = address(host);
        return host.equals("localhost") || address != null && (address.length == 4 ? address[0] == 127
                : host.equals("::1") || host.equals("0:0:0:0:0:0:0:1"));
    }

    private static boolean isExcepted(String list, String host, int port) {
        for (String entry : list.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            int colon = entry.lastIndexOf(':');
            boolean hasPort = colon > 0 && entry.substring(colon + 1).matches("\\d{1,5}")
                    && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
            boolean ofPort = !hasPort || entry.substring(colon + 1).equals(String.valueOf(port));
            if (ofPort && !entry.isEmpty() && covers(bare(hasPort ? entry.substring(0, colon) : entry), host)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(String entry, String host) {
        if (entry.equals("*")) {
            return true;
        }
        byte[] address = address(host);
        if (address != null) {
            String[] network = entry.split("/", 2);
            byte[] base = address(network[0]);
            boolean isPrefix = network.length == 1 || network[1].matches("\\d{1,3}");
            return base != null && base.length == address.length && isPrefix && sameBits(base, address,
                    network.length == 1 ? Byte.SIZE * base.length : Integer.parseInt(network[1]));
        }
        String domain = entry.replaceFirst("^\\*?\\.", "");
        return !domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain));
    }

    private static boolean sameBits(byte[] one, byte[] other, int bits) {
        for (int i = 0; i < Math.min(bits, Byte.SIZE * one.length); i++) {
            int mask = 0x80 >> i % Byte.SIZE;
            if ((one[i / Byte.SIZE] & mask) != (other[i / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    /** Parses a literal address without a DNS query; returns null for a name. */
    private static byte[] address(String host) {
        if (!host.contains(":") && !host.matches("\\d+(\\.\\d+){3}")) {
            return null;
        }
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (UnknownHostException e) {
            return null; // 1.2.3.400 is a name, if anything
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
