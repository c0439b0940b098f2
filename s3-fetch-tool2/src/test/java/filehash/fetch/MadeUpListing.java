package filehash.fetch;

import filehash.backends.FakeObject;
import filehash.backends.FakeS3;
import filehash.pod.Names;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The pages of a folder with so many objects that no test can keep them: each name follows from its number, in order.
 */
final class MadeUpListing {
    private static final int PAGE = 1000;
    private static final FakeObject OBJECT = FakeObject.of(new byte[10]);

    private final String root;
    private final int count;
    private final IntFunction<String> name;

    MadeUpListing(String root, int count, IntFunction<String> name) {
        this.root = root;
        this.count = count;
        this.name = name;
    }

    byte[] page(Map<String, String> query) {
        String token = query.get("continuation-token");
        String after = token == null ? query.getOrDefault("start-after", "")
                : URLDecoder.decode(token, StandardCharsets.UTF_8);
        int from = after.startsWith(root) ? firstAfter(after.substring(root.length())) : 0;
        int to = Math.min(count, from + PAGE);
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
        for (int i = from; i < to; i++) {
            xml.append(FakeS3.contents(root + name.apply(i), OBJECT));
        }
        if (to < count) {
            xml.append("<NextContinuationToken>").append(URLEncoder.encode(root + name.apply(to - 1),
                    StandardCharsets.UTF_8)).append("</NextContinuationToken>");
        }
        return xml.append("<IsTruncated>").append(to < count).append("</IsTruncated></ListBucketResult>").toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private int firstAfter(String after) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) / 2;
            if (Names.ORDER.compare(name.apply(middle), after) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
