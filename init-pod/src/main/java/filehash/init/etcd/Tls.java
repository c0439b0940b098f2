package filehash.init.etcd;

import filehash.program.Settings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;

/** Configures TLS for a connection by HTTP/2, from ETCD_CACERT, ETCD_CERT and ETCD_KEY. */
final class Tls {
    private Tls() {
    }

    static SslContext of(Settings settings) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2));
        try {
            if (settings.etcdCacert() != null) {
                builder.trustManager(settings.etcdCacert().toFile());
            }
            if (settings.etcdCert() != null) {
                builder.keyManager(settings.etcdCert().toFile(), settings.etcdKey().toFile());
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use ETCD_CACERT " + settings.etcdCacert() + ", ETCD_CERT "
                    + settings.etcdCert() + " or ETCD_KEY " + settings.etcdKey() + ": " + e.getMessage(), e);
        }
    }
}
