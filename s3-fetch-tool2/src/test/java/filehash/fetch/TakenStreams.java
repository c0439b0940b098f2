package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.job.HashMethod;
import filehash.pod.Entry;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.StreamEnd;
import filehash.program.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** The hasher's part for large objects: it takes the segments of each stream in order, as far as they have come. */
final class TakenStreams {
    private final Segments segments;
    private final Map<String, Stream> streams = new HashMap<>();

    private static final class Stream {
        private final MessageDigest digest = HashMethod.SHA256.digest();
        private int taken;
        private long bytes;
    }

    TakenStreams(Segments segments) {
        this.segments = segments;
    }

    /** Takes the segments that exist now. */
    void take() throws IOException {
        List<Segment> all = segments.list();
        all.sort(Comparator.comparingInt(Segment::number));
        for (Segment segment : all) {
            Stream stream = streams.computeIfAbsent(segment.streamOfObject(), key -> new Stream());
            if (segment.number() == stream.taken) {
                take(segment, stream);
            }
        }
    }

    private void take(Segment segment, Stream stream) throws IOException {
        try {
            byte[] content = Files.readAllBytes(segments.file(segment));
            segments.digested(segment);
            stream.digest.update(content);
            stream.bytes += content.length;
            stream.taken++;
        } catch (NoSuchFileException e) {
            return; // the fetcher discards the stream
        }
    }

    /** The hash of an object that is complete. */
    String sha256(Entry entry) throws IOException {
        StreamEnd end = Json.read(Files.readString(entry.file()), StreamEnd.class);
        Segment first = Segments.first(entry, end);
        while (streams.getOrDefault(first.streamOfObject(), new Stream()).taken < end.segments()) {
            take();
        }
        segments.removeSpare(first);
        Stream stream = streams.get(first.streamOfObject());
        assertEquals(end.bytes(), stream.bytes);
        return HexFormat.of().formatHex(stream.digest.digest());
    }
}
