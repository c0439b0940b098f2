package filehash.fetch.http;

import filehash.backends.Daemon;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that sends prepared bytes after each request. */
final class ScriptedServer implements AutoCloseable {
    /** Ends the connection instead of an answer. */
    static final String END = "";
    /** Leaves the request without an answer. */
    static final String NOTHING = "nothing";

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** @param answers one for each request; a connection ends after an answer that says so */
    ScriptedServer(String... answers) throws IOException {
        this.answers.addAll(List.of(answers));
        Daemon.start("script", this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    List<String> requests() {
        return requests;
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            connections.incrementAndGet();
            Daemon.start("script", () -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException {
        try (socket) {
            for (String head = head(socket.getInputStream()); head != null; head = head(socket.getInputStream())) {
                requests.add(head);
                String answer = answers.remove();
                if (answer.equals(NOTHING)) {
                    continue;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                if (answer.equals(END) || answer.contains("Connection: close")) {
                    return;
                }
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
