package filehash.fetch.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The limits on requests and on bytes per second. Both are taken before the server is asked for more: a request before
 * it is sent, bytes before they are read from the socket. Thread-safe.
 */
public record Quota(RateLimit requests, RateLimit bytes) {
    public Quota() {
        this(new RateLimit(), new RateLimit());
    }

    public boolean isSet() {
        return requests.isSet() || bytes.isSet();
    }

    /** Whether a thread waits because one of them is exceeded. */
    public boolean isExceeded() {
        return requests.isExceeded() || bytes.isExceeded();
    }

    /** Waits until a request may be sent: until there is a token, and the bytes of pages before are paid for. */
    public void request() throws IOException {
        requests.take(1);
        bytes.take(1);
    }

    /**
     * The same stream, whose bytes count without a wait. A page of the listing, and the head of any response, has to
     * arrive in time, and would wait behind all objects; what is read or requested after it waits instead.
     */
    InputStream charged(InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                int read = in.read(to, from, length);
                bytes.charge(Math.max(0, read));
                return read;
            }
        };
    }

    /** The same stream, read at most as fast as is allowed. */
    public InputStream limited(InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int from, int length) throws IOException {
                if (!bytes.isSet() || length == 0) {
                    return in.read(to, from, length);
                }
                int most = bytes.most(length);
                bytes.take(most);
                int read = 0;
                try {
                    read = in.read(to, from, most);
                    return read;
                } finally {
                    bytes.giveBack(most - Math.max(0, read));
                }
            }
        };
    }
}
