package filehash.fetch.s3;

import filehash.backends.Daemon;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An HTTP proxy that connects to one server, whatever host is requested. */
public final class Tunnel implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Set<String> hosts = ConcurrentHashMap.newKeySet();
    private final Set<String> users = ConcurrentHashMap.newKeySet();
    private final int status;
    private final int target;

    public Tunnel(int target) throws IOException {
        this(200, target);
    }

    /** A proxy that connects to nothing. */
    static Tunnel refusing(int status) throws IOException {
        return new Tunnel(status, 0);
    }

    private Tunnel(int status, int target) throws IOException {
        this.status = status;
        this.target = target;
        Daemon.start("tunnel", this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** The hosts that were requested. */
    public Set<String> hosts() {
        return hosts;
    }

    /** The credentials that were sent. */
    public Set<String> users() {
        return users;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            Daemon.start("tunnel", () -> connect(client));
        }
    }

    private void connect(Socket client) throws IOException {
        try (client) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) client.getInputStream().read());
            }
            hosts.add(head.toString().split("[ :]")[1]);
            head.toString().lines().filter(line -> line.startsWith("Proxy-Authorization: "))
                    .forEach(line -> users.add(line.substring("Proxy-Authorization: ".length())));
            client.getOutputStream().write(("HTTP/1.1 " + status + " .\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            if (status == 200) {
                join(client);
            }
        }
    }

    private void join(Socket client) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            Daemon.start("tunnel", () -> copy(client, server));
            copy(server, client);
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        in.transferTo(to.getOutputStream());
        to.shutdownOutput();
    }
}
