package filehash.backends;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members of etcd, always as programs of this machine. A test can partition one of them from the other two, and
 * it still serves its clients. Each member reaches another through the other's door, which reads the sender from the
 * first request of a connection.
 */
public final class EtcdCluster implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final int NOBODY = -1;
    private static final int HEAD_BYTES = 8 * 1024;
    private static final Pattern SENDER = Pattern.compile("(?i)\r\nx-peerurls: http://127\\.0\\.0\\.1:(\\d+)\r\n");

    private final List<Door> doors = new ArrayList<>();
    private final List<EtcdServer> members;
    private volatile int cutOff = NOBODY;

    private EtcdCluster() throws IOException {
        for (int i = 0; i < MEMBERS; i++) {
            doors.add(new Door(i));
        }
        String all = doors.stream().map(door -> "m" + door.member + "=" + door.url()).collect(Collectors.joining(","));
        List<CompletableFuture<EtcdServer>> starting = doors.stream() // no member serves before a second one runs
                .map(door -> CompletableFuture.supplyAsync(() -> door.start(all))).toList();
        members = starting.stream().map(CompletableFuture::join).toList();
    }

    public static EtcdCluster start() throws IOException {
        return new EtcdCluster();
    }

    public int size() {
        return MEMBERS;
    }

    /** The endpoints of all members, in the format of ETCD_ENDPOINTS. */
    public String endpoints() {
        return members.stream().map(EtcdServer::endpoint).collect(Collectors.joining(","));
    }

    /** Partitions it from the other two; returns once it has no leader and the others have one. */
    public void cutOff(int member) {
        cutOff = member;
        doors.forEach(Door::cut);
        IntStream.range(0, MEMBERS).forEach(i -> awaitLeader(i, i != member));
    }

    /** Ends the partition; returns once all members have a leader. */
    public void heal() {
        cutOff = NOBODY;
        IntStream.range(0, MEMBERS).forEach(i -> awaitLeader(i, true));
    }

    private void awaitLeader(int member, boolean has) {
        Await.until("member " + member + (has ? " has a leader" : " has none"), Await.BOUND,
                () -> members.get(member).metrics().contains("\netcd_server_has_leader " + (has ? 1 : 0)));
    }

    @Override
    public void close() throws IOException {
        for (Door door : doors) {
            door.close();
        }
        for (EtcdServer member : members) {
            member.close();
        }
    }

    /** The address at which the others reach a member. */
    private final class Door implements Closeable {
        private final int member;
        private final int peerPort = Ports.free();
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

        Door(int member) throws IOException {
            this.member = member;
            daemon(this::acceptAll);
        }

        String url() {
            return "http://127.0.0.1:" + listener.getLocalPort();
        }

        EtcdServer start(String all) {
            try {
                return EtcdServer.startProgram("--name=m" + member, "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                        "--initial-advertise-peer-urls=" + url(), "--initial-cluster=" + all);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }

        private void acceptAll() {
            while (!listener.isClosed()) {
                try {
                    Socket client = listener.accept();
                    sockets.add(client);
                    daemon(() -> pass(client));
                } catch (IOException e) { // the door is closed, or this client gave up
                    continue;
                }
            }
        }

        private void pass(Socket client) {
            try (client; Socket server = new Socket(InetAddress.getLoopbackAddress(), peerPort)) {
                sockets.add(server);
                byte[] head = new byte[HEAD_BYTES];
                int length = client.getInputStream().read(head);
                if (length > 0 && mayPass(new String(head, 0, length, StandardCharsets.ISO_8859_1))) {
                    server.getOutputStream().write(head, 0, length);
                    daemon(() -> copy(server, client));
                    copy(client, server);
                }
            } catch (IOException e) { // the connection is cut, and both ends see it
                return;
            } finally {
                sockets.remove(client);
            }
        }

        /** A connection without a sender may come from the partitioned member. */
        private boolean mayPass(String head) {
            Matcher sender = SENDER.matcher(head);
            int port = sender.find() ? Integer.parseInt(sender.group(1)) : 0;
            return cutOff == NOBODY || cutOff != member
                    && doors.stream().anyMatch(door -> door.listener.getLocalPort() == port && door.member != cutOff);
        }

        private static void copy(Socket from, Socket to) {
            try (to; InputStream in = from.getInputStream()) {
                in.transferTo(to.getOutputStream());
            } catch (IOException e) { // the connection is cut, and both ends see it
                return;
            }
        }

        /** Ends all connections; the permitted ones are opened again, and must be known to the next cut. */
        void cut() {
            for (Socket socket : sockets) {
                sockets.remove(socket);
                try {
                    socket.close();
                } catch (IOException e) { // it is already closed
                    continue;
                }
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            cut();
        }

        private static void daemon(Runnable work) {
            Thread thread = new Thread(work, "peers");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
