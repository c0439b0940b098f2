package filehash.fetch.s3;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.Abortable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Reads a page of the listing in the SDK's place, and gives the SDK an empty one. The SDK makes a tree of the page and
 * then its objects from that, which takes several times the CPU, and ten bytes of memory for each byte of a name. It
 * would also decode the prefix and StartAfter, and fail at a percent sign there if a server encodes only the keys, as
 * Ceph does; this decodes the keys alone. Only few pages of long names are read at the same time. Thread-safe.
 */
final class PageReader implements ExecutionInterceptor {
    private static final ExecutionAttribute<ListObjectsV2Response> PAGE = new ExecutionAttribute<>("filehash.page");
    private static final byte[] EMPTY = "<ListBucketResult/>".getBytes(StandardCharsets.UTF_8);
    private static final String ROOT = "ListBucketResult";
    /** In bytes: the beginning of a document, which holds the name of its root. */
    private static final int BEGINNING = 1 << 16;
    /** In characters of keys as they are sent. */
    private static final int LONG = 1 << 19;
    private static final int MOST_LONG = 4;

    private final Semaphore ofLong = new Semaphore(MOST_LONG);

    @Override
    public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context,
            ExecutionAttributes attributes) {
        Optional<InputStream> body = context.responseBody();
        if (!(context.request() instanceof ListObjectsV2Request) || !context.httpResponse().isSuccessful()
                || body.isEmpty()) {
            return body;
        }
        boolean done = false;
        try {
            InputStream rest = read(new BufferedInputStream(body.get(), BEGINNING), attributes);
            done = true;
            return Optional.of(rest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException broken) {
                throw new UncheckedIOException(broken);
            }
            throw SdkClientException.create("cannot read the page: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) { // a number, or a key that is not encoded
            throw SdkClientException.create("cannot read the page: " + e.getMessage(), e);
        } finally {
            if (!done && body.get() instanceof Abortable connection) {
                connection.abort();
            }
        }
    }

    @Override
    public SdkResponse modifyResponse(Context.ModifyResponse context, ExecutionAttributes attributes) {
        ListObjectsV2Response page = attributes.getAttribute(PAGE);
        return page == null || !(context.response() instanceof ListObjectsV2Response empty) ? context.response()
                : empty.toBuilder().contents(page.contents()).isTruncated(page.isTruncated())
                        .nextContinuationToken(page.nextContinuationToken()).startAfter(page.startAfter()).build();
    }

    /** Anything but a page, such as an error with status 200, is left to the SDK. */
    private InputStream read(BufferedInputStream body, ExecutionAttributes attributes)
            throws IOException, XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        body.mark(BEGINNING);
        XMLStreamReader xml = factory.createXMLStreamReader(body);
        while (xml.next() != XMLStreamConstants.START_ELEMENT) {
            continue; // comments and blanks
        }
        if (!xml.getLocalName().equals(ROOT)) {
            body.reset();
            return body;
        }
        try (Reading reading = new Reading()) {
            attributes.putAttribute(PAGE, reading.page(xml));
        }
        body.close(); // reads the rest, so that the connection is reused
        return new ByteArrayInputStream(EMPTY);
    }

    /** Moves to the next element, or to the end of the one at hand. */
    private static boolean hasElement(XMLStreamReader xml) throws XMLStreamException {
        int event = xml.next();
        while (event != XMLStreamConstants.START_ELEMENT && event != XMLStreamConstants.END_ELEMENT) {
            event = xml.next();
        }
        return event == XMLStreamConstants.START_ELEMENT;
    }

    private static void skip(XMLStreamReader xml) throws XMLStreamException {
        for (int depth = 1; depth > 0;) {
            depth += hasElement(xml) ? 1 : -1;
        }
    }

    private static String decoded(String key) {
        try {
            return URLDecoder.decode(key, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) { // such as a lone percent sign
            throw new IllegalArgumentException("it announces URL-encoded keys, but '" + key + "' is not", e);
        }
    }

    /** One page being read. */
    private final class Reading implements AutoCloseable {
        private final List<S3Object.Builder> objects = new ArrayList<>();
        private final List<String> keys = new ArrayList<>();
        private final ListObjectsV2Response.Builder page = ListObjectsV2Response.builder();
        private boolean encoded;
        private long characters;
        private boolean isLong;

        ListObjectsV2Response page(XMLStreamReader xml) throws XMLStreamException {
            while (hasElement(xml)) {
                switch (xml.getLocalName()) {
                    case "Contents" -> objects.add(object(xml));
                    case "IsTruncated" -> page.isTruncated(truth(xml.getElementText().strip()));
                    case "NextContinuationToken" -> page.nextContinuationToken(xml.getElementText());
                    case "StartAfter" -> page.startAfter(xml.getElementText());
                    case "EncodingType" -> encoded = xml.getElementText().equals("url");
                    default -> skip(xml);
                }
            }
            List<S3Object> contents = new ArrayList<>(objects.size());
            for (int i = 0; i < objects.size(); i++) {
                contents.add(objects.get(i).key(encoded ? decoded(keys.get(i)) : keys.get(i)).build());
            }
            return page.contents(contents).build();
        }

        private S3Object.Builder object(XMLStreamReader xml) throws XMLStreamException {
            S3Object.Builder object = S3Object.builder();
            long size = -1;
            int before = keys.size();
            while (hasElement(xml)) {
                switch (xml.getLocalName()) {
                    case "Key" -> add(xml.getElementText());
                    case "Size" -> size = Long.parseLong(xml.getElementText().strip());
                    case "ETag" -> object.eTag(xml.getElementText());
                    case "StorageClass" -> object.storageClass(xml.getElementText());
                    default -> skip(xml);
                }
            }
            if (keys.size() != before + 1 || size < 0) {
                throw new IllegalArgumentException("an object has no key, or several, or no size");
            }
            return object.size(size);
        }

        /** Any other text is no end of a listing. */
        private static Boolean truth(String text) {
            if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                throw new IllegalArgumentException("IsTruncated is '" + text + "'");
            }
            return Boolean.valueOf(text);
        }

        private void add(String key) {
            keys.add(key);
            characters += key.length();
            if (!isLong && characters > LONG) {
                ofLong.acquireUninterruptibly();
                isLong = true;
            }
        }

        @Override
        public void close() {
            if (isLong) {
                ofLong.release();
            }
        }
    }
}
