package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpResponse;

class BodyTest {
    private static final byte[] CONTENT = new byte[10];

    private final List<String> calls = new ArrayList<>();

    @Test
    void close_beforeTheEndAbortsTheResponse() throws IOException {
        read(CONTENT.length);
        assertEquals(List.of("abort"), calls);
    }

    @Test
    void close_afterTheEndLeavesTheConnectionToOthers() throws IOException {
        read(CONTENT.length + 1);
        assertEquals(List.of("close"), calls);
    }

    /** Delivers one byte at a time. */
    private void read(int times) throws IOException {
        ByteArrayInputStream content = new ByteArrayInputStream(CONTENT) {
            @Override
            public void close() {
                calls.add("close");
            }
        };
        HttpExecuteResponse answer = HttpExecuteResponse.builder()
                .response(SdkHttpResponse.builder().statusCode(200).build())
                .responseBody(AbortableInputStream.create(content, () -> calls.add("abort"))).build();
        ByteRange all = new ByteRange(Item.listed("a", (long) CONTENT.length, null), 0, CONTENT.length);
        try (Body body = new Body("GET a", all, answer)) {
            for (int i = 0; i < times; i++) {
                body.read(new byte[1], 0, 1);
            }
        }
    }
}
