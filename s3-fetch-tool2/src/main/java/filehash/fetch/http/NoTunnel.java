package filehash.fetch.http;

import java.io.IOException;

/** A proxy refuses to connect to the server: it does so until its rules, or the user that it is given, are changed. */
public final class NoTunnel extends IOException {
    private static final long serialVersionUID = 1;

    NoTunnel(String message) {
        super(message);
    }
}
