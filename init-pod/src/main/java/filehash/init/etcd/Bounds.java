package filehash.init.etcd;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Gives each call except a watch a deadline, at which the server cancels it too; and makes a member without a leader
 * refuse it at once.
 */
record Bounds(Supplier<Duration> longest) implements ClientInterceptor {
    private static final Metadata.Key<String> LEADER =
            Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        boolean lasts = "etcdserverpb.Watch".equals(method.getServiceName());
        CallOptions bounded = lasts ? options
                : options.withDeadlineAfter(longest.get().toMillis(), TimeUnit.MILLISECONDS);
        return new SimpleForwardingClientCall<>(next.newCall(method, bounded)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                headers.discardAll(LEADER);
                headers.put(LEADER, "true");
                super.start(listener, headers);
            }
        };
    }
}
