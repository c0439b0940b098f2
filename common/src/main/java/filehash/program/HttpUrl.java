package filehash.program;

import java.net.URI;
import java.util.List;

/** The URL of a server. It must not contain a user or password, because logs show URLs. */
public final class HttpUrl {
    private HttpUrl() {
    }

    /** @return null if the text is no http:// or https:// URL of a host, with at most a port and a path */
    public static URI parsed(String text) {
        try {
            URI url = URI.create(text);
            boolean plain = url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
            return plain && url.getHost() != null && List.of("http", "https").contains(url.getScheme()) ? url : null;
        } catch (IllegalArgumentException e) { // its message repeats the text, with any secret in it
            return null;
        }
    }
}
