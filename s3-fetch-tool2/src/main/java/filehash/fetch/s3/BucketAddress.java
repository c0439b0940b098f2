package filehash.fetch.s3;

import filehash.fetch.http.Route;
import filehash.pod.Conf;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Where the requests to a bucket go, and what their signatures name. The SDK knows the rules, so all of it is read from
 * one request that the SDK presigns.
 *
 * @param path of the bucket, encoded and without a slash at its end; empty if the host names the bucket
 * @param region the one that signatures name
 * @param service the one that signatures name
 */
record BucketAddress(Route.Hop server, String path, String region, String service) {
    private static final String ANY_KEY = "-";
    private static final String PLAIN = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.~";

    /** @throws SdkException if the SDK cannot work out an address; of an ARN it raises other exceptions too */
    static BucketAddress of(Conf.S3 to) {
        SdkHttpRequest any = presigned(to);
        String[] scope = any.firstMatchingRawQueryParameter("X-Amz-Credential").orElseThrow().split("/");
        Route.Hop server = new Route.Hop(any.protocol().equals("https"), any.host(), any.port());
        String path = any.encodedPath().substring(0, any.encodedPath().length() - 1 - ANY_KEY.length());
        return new BucketAddress(server, path, scope[scope.length - 3], scope[scope.length - 2]);
    }

    private static SdkHttpRequest presigned(Conf.S3 to) {
        S3Presigner.Builder sdk = S3Presigner.builder().region(Region.of(to.region()))
                .credentialsProvider(() -> AwsBasicCredentials.create("anybody", "any"))
                .serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(to.pathStyle()).build());
        if (to.endpoint() != null) {
            sdk.endpointOverride(to.endpoint());
        }
        try (S3Presigner presigner = sdk.build()) {
            return presigner.presignGetObject(presign -> presign.signatureDuration(Duration.ofMinutes(1))
                    .getObjectRequest(get -> get.bucket(to.bucket()).key(ANY_KEY))).httpRequest();
        }
    }

    /** The path of an object, encoded. */
    String ofObject(String key) {
        return path + "/" + encoded(key, "/");
    }

    /** The path of the bucket itself. */
    String ofBucket() {
        return path.isEmpty() ? "/" : path;
    }

    /** @param parameters sorted, as a signature requires it */
    static String query(Iterable<Map.Entry<String, String>> parameters) {
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters) {
            query.append(query.isEmpty() ? "" : "&").append(parameter.getKey()).append('=')
                    .append(encoded(parameter.getValue(), ""));
        }
        return query.toString();
    }

    /** Encodes a text for a URL. Most texts need no encoding. */
    private static String encoded(String text, String spared) {
        for (int i = 0; i < text.length(); i++) {
            if (PLAIN.indexOf(text.charAt(i)) < 0 && spared.indexOf(text.charAt(i)) < 0) {
                String form = URLEncoder.encode(text, StandardCharsets.UTF_8); // a URL differs a little from a form
                String strict = form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
                return spared.isEmpty() ? strict : strict.replace("%2F", "/");
            }
        }
        return text;
    }
}
