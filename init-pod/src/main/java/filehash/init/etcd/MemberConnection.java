package filehash.init.etcd;

import filehash.program.Settings;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The connection to one member of etcd. If a call gets no answer, or the member has no leader or refuses the
 * credentials, the next call uses a new connection to the next of ETCD_ENDPOINTS, with certificates and password read
 * again from their files. So a member that is cut off costs one failed call, and a replaced file needs no restart. The
 * downside is that the old connection takes with it what is under way: watches are opened again, and a renewal of the
 * lease is sent again. Main thread only.
 */
final class MemberConnection implements AutoCloseable {
    /** A look at thousands of requests and jobs; grpc's default is 4 MiB. */
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final Duration LONGEST_CALL = Duration.ofSeconds(4);
    /** The timeout while there is another member to ask: a lease of 5 s outlives it. */
    private static final Duration FIRST_CALL = Duration.ofSeconds(2);
    /** The pause before reconnecting to the only member, if it refuses; grpc's own pauses grow to two minutes. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** The same if it does not answer: it may be slow, and each connection adds to its load. */
    private static final Duration LONG_PAUSE = Duration.ofSeconds(15);
    /**
     * How long a client outlives its last call. jetcd is about to reopen a watch that broke off together with that
     * call, and throws if the client was closed in between.
     */
    private static final Duration RETIREMENT = Duration.ofSeconds(10);
    private static final Set<Status.Code> LOST = EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED,
            Status.Code.UNAUTHENTICATED, Status.Code.INTERNAL);

    private final Settings settings;
    private final List<URI> endpoints;
    private final List<Watch.Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Queue<Retired> retired = new ConcurrentLinkedQueue<>();
    private int at;
    private Client client;
    private long openedAt;
    private int number;
    private volatile boolean patient;

    /** A client that is no longer used. */
    private record Retired(Client client, long since) {
    }

    MemberConnection(Settings settings) throws IOException {
        this.settings = settings;
        this.endpoints = settings.etcdEndpoints();
        this.at = ThreadLocalRandom.current().nextInt(endpoints.size());
        this.client = open();
    }

    Client client() {
        Retired oldest = retired.peek();
        if (oldest != null && System.nanoTime() - oldest.since >= RETIREMENT.toNanos() && retired.remove(oldest)) {
            oldest.client.close();
        }
        return client;
    }

    /** A watch that ends with this connection. */
    Watch.Watcher watch(ByteSequence key, WatchOption option, Watch.Listener listener) {
        watchers.removeIf(Watch.Watcher::isClosed);
        Watch.Watcher watcher = client.getWatchClient().watch(key, option, listener);
        watchers.add(watcher);
        return watcher;
    }

    /** The number of the connection: it changes with each new one. */
    int number() {
        return number;
    }

    /** Longer once the next member did not answer either: the cluster is slow. */
    Duration longestCall() {
        return endpoints.size() > 1 && !patient ? FIRST_CALL : LONGEST_CALL;
    }

    void worked() {
        patient = false;
    }

    /** A call had no answer in time. */
    void timedOut() throws IOException {
        patient = true;
        renew(LONG_PAUSE);
    }

    /** A call failed. A refusal of the request itself is no reason to reconnect. */
    void failed(Throwable error) throws IOException {
        String message = String.valueOf(error.getMessage());
        if (LOST.contains(Status.fromThrowable(error).getCode()) || message.contains("authentication failed")) {
            renew(PAUSE);
        }
    }

    private void renew(Duration pause) throws IOException {
        if (endpoints.size() > 1 || System.nanoTime() - openedAt >= pause.toNanos()) {
            at = (at + 1) % endpoints.size();
            Client next = open(); // first: if a file cannot be read, the old one stays
            closeWatches();
            retired.add(new Retired(client, System.nanoTime()));
            client = next;
            number++;
        }
    }

    /** Does not connect yet: the first call does. */
    private Client open() throws IOException {
        openedAt = System.nanoTime();
        URI endpoint = endpoints.get(at);
        ClientBuilder builder = Client.builder().target(target(endpoint)).loadBalancerPolicy("pick_first")
                .waitForReady(false).connectTimeout(LONGEST_CALL).retryMaxAttempts(1).retryDelay(10)
                .keepaliveTime(Duration.ofSeconds(10)).keepaliveTimeout(Duration.ofSeconds(5))
                .keepaliveWithoutCalls(false) // etcd closes a connection that is pinged while it has no call or watch
                .maxInboundMessageSize(LARGEST_ANSWER)
                .interceptor(new Bounds(this::longestCall));
        if (settings.etcdUser() != null) {
            builder.user(Etcd.bytes(settings.etcdUser())).password(Etcd.bytes(password()));
        }
        if ("https".equals(endpoint.getScheme())) {
            builder.sslContext(Tls.of(settings));
        }
        return builder.build();
    }

    /** All addresses of the host are tried; an IPv6 literal keeps its brackets, which a path may hold only escaped. */
    private static String target(URI endpoint) {
        try {
            return new URI("dns", "", "/" + endpoint.getHost() + ":" + endpoint.getPort(), null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the endpoint is not a URI", e);
        }
    }

    private String password() throws IOException {
        if (settings.etcdPassword() != null) {
            return settings.etcdPassword().reveal();
        }
        try {
            return Files.readString(settings.etcdPasswordFile()).strip();
        } catch (IOException e) {
            throw new IOException("ETCD_PASSWORD_FILE " + settings.etcdPasswordFile() + " cannot be read: "
                    + e.getClass().getSimpleName(), e);
        }
    }

    private void closeWatches() {
        watchers.forEach(Watch.Watcher::close);
        watchers.clear();
    }

    @Override
    public void close() {
        closeWatches();
        retired.forEach(old -> old.client.close());
        client.close();
    }
}
