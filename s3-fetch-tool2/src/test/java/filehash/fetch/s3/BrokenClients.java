package filehash.fetch.s3;

import filehash.fetch.http.Gets;
import filehash.fetch.http.Response;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;

/** Clients that throw an Error at each request, as the JVM does where a class is missing. */
public final class BrokenClients {
    private BrokenClients() {
    }

    /** @param missing the name of the class */
    public static Clients without(String missing, Conf.S3 to) throws GiveUp {
        SdkHttpClient broken = new SdkHttpClient() {
            @Override
            public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
                throw new NoClassDefFoundError(missing);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        Gets gets = new Gets() {
            @Override
            public Response get(String path, Map<String, String> headers, Consumer<Runnable> begins) {
                throw new NoClassDefFoundError(missing);
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        return new Clients(to, broken, gets, StaticCredentialsProvider.create(
                AwsBasicCredentials.create("key", "secret")), SignedGets.template(to), CaBundle.of(Map.of()));
    }
}
