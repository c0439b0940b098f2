package filehash.program;

import java.net.URI;
import java.util.List;

/** Where a server is: never with a user and password in it, since a URL is shown in logs. */
public final class HttpUrl {
    private HttpUrl() {
    }

    /** @return null where it is no http:// or https:// URL of a host, with at most a port and a path */
    public static URI parsed(String text) {
        try {
            URI url = URI.create(text);
            boolean plain = url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
            return plain && url.getHost() != null && List.of("http", "https").contains(url.getScheme()) ? url : null;
        } catch (IllegalArgumentException e) { // whose message repeats the text, with whatever secret is in it
            return null;
        }
    }
}
