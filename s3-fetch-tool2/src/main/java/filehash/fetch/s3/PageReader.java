package filehash.fetch.s3;

import filehash.fetch.http.Response;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads pages of the listing. Only few pages of long names are read at the same time. Thread-safe. */
final class PageReader {
    private static final String ROOT = "ListBucketResult";
    /** In bytes: the beginning of a document, which holds the name of its root. */
    private static final int BEGINNING = 1 << 16;
    /** In characters of keys as they are sent. */
    private static final int LONG = 1 << 19;
    /** Five times what 1,000 keys of the greatest length take, each byte of them encoded. */
    private static final int LONGEST = 1 << 24;
    private static final int MOST_LONG = 4;

    private final Semaphore ofLong = new Semaphore(MOST_LONG);

    /** A response that is no page of a listing. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1;

        Malformed(String why, Throwable cause) {
            super("cannot read the page: " + why, cause);
        }
    }

    /**
     * A page as the server sent it; what it did not send is null.
     *
     * @param startAfter the name after which it begins, perhaps encoded
     */
    record Answer(List<Entry> entries, Boolean truncated, String token, String startAfter) {
    }

    /** One object of a page; what the server did not send is null. */
    record Entry(String key, long size, String etag, String storageClass) {
    }

    /** @throws software.amazon.awssdk.services.s3.model.S3Exception if it is an error, in spite of its status */
    Answer read(Response response) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        BufferedInputStream body = new BufferedInputStream(response.body(), BEGINNING);
        body.mark(BEGINNING);
        try (Reading reading = new Reading()) {
            XMLStreamReader xml = factory.createXMLStreamReader(body);
            while (xml.next() != XMLStreamConstants.START_ELEMENT) {
                continue; // comments and blanks
            }
            if (xml.getLocalName().equals("Error")) {
                body.reset();
                throw S3Errors.error(new Response(response.status(), response.headers(), body));
            }
            if (!xml.getLocalName().equals(ROOT)) {
                throw new Malformed("it is of the kind '" + xml.getLocalName() + "'", null);
            }
            Answer page = reading.page(xml);
            body.transferTo(OutputStream.nullOutputStream()); // reads the end, so that the connection is reused
            return page;
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException broken) {
                throw broken;
            }
            throw new Malformed(e.getMessage(), e);
        } catch (IllegalArgumentException e) { // a number, or a key that is not encoded
            throw new Malformed(e.getMessage(), e);
        }
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
        private final List<Entry> entries = new ArrayList<>();
        private boolean encoded;
        private Boolean truncated;
        private String token;
        private String startAfter;
        private long characters;
        private boolean isLong;

        Answer page(XMLStreamReader xml) throws XMLStreamException {
            while (hasElement(xml)) {
                switch (xml.getLocalName()) {
                    case "Contents" -> entries.add(entry(xml));
                    case "IsTruncated" -> truncated = truth(xml.getElementText().strip());
                    case "NextContinuationToken" -> token = xml.getElementText();
                    case "StartAfter" -> startAfter = xml.getElementText();
                    case "EncodingType" -> encoded = xml.getElementText().strip().equalsIgnoreCase("url");
                    default -> skip(xml);
                }
            }
            if (encoded) { // the keys alone: some servers do not encode the rest
                entries.replaceAll(entry -> new Entry(decoded(entry.key), entry.size, entry.etag, entry.storageClass));
            }
            return new Answer(entries, truncated, token, startAfter);
        }

        private Entry entry(XMLStreamReader xml) throws XMLStreamException {
            List<String> keys = new ArrayList<>(1);
            long size = -1;
            String etag = null;
            String storageClass = null;
            while (hasElement(xml)) {
                switch (xml.getLocalName()) {
                    case "Key" -> keys.add(xml.getElementText());
                    case "Size" -> size = Long.parseLong(xml.getElementText().strip());
                    case "ETag" -> etag = xml.getElementText();
                    case "StorageClass" -> storageClass = xml.getElementText();
                    default -> skip(xml);
                }
            }
            if (keys.size() != 1 || size < 0) {
                throw new IllegalArgumentException("an object has no key, or several, or no size");
            }
            count(keys.get(0).length());
            return new Entry(keys.get(0), size, etag, storageClass);
        }

        /** Any other text is no end of a listing. */
        private static Boolean truth(String text) {
            if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
                throw new IllegalArgumentException("IsTruncated is '" + text + "'");
            }
            return Boolean.valueOf(text);
        }

        private void count(int more) {
            characters += more;
            if (characters > LONGEST) {
                throw new IllegalArgumentException("its keys have more than " + LONGEST + " characters");
            }
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
