package filehash.fetch.s3;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Quota;
import filehash.fetch.http.Response;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Clients that throw an Error at each request, as the JVM does where a class is missing. */
public final class BrokenClients {
    private BrokenClients() {
    }

    /** @param missing the name of the class */
    public static Clients without(String missing, Conf.S3 to) throws GiveUp {
        Gets broken = new Gets() {
            @Override
            public Response get(String target, Map<String, String> headers, Consumer<Runnable> begins) {
                throw new NoClassDefFoundError(missing);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        return new Clients(to, broken, broken, StaticCredentialsProvider.create(
                AwsBasicCredentials.create("key", "secret")), BucketAddress.of(to), CaBundle.of(Map.of()), new Quota());
    }
}
