package filehash.hash;

import filehash.hash.job.ObjectOutcome;
import filehash.pod.Entry;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import filehash.pod.Segments;
import filehash.pod.Segments.Segment;
import filehash.pod.StreamEnd;
import filehash.program.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * The digests of large objects, which come as streams of segments, several at once. If this program is started again
 * in mid-stream, its digest is lost, and the segments before are gone. Then the attempt gives up, once all that lies
 * ready before that object is stored, and the next one fetches the object from its beginning. Owned by one thread.
 */
final class Streams {
    private final Segments segments;
    private final Digester digester;
    private final Executor threads;
    private final Map<String, StreamDigest> streams = new HashMap<>();
    /** A segment of a stream whose digest is lost, or null. */
    private Segment lost;

    Streams(Segments segments, Digester digester, Executor threads) {
        this.segments = segments;
        this.digester = digester;
        this.threads = threads;
    }

    /** Starts to digest the segments that have come. */
    void look() throws IOException {
        lost = null;
        streams.values().removeIf(StreamDigest::isDone);
        for (Segment segment : segments.list()) {
            StreamDigest stream = streams.get(segment.streamOfObject());
            if (stream == null) {
                stream = begun(segment);
            }
            if (stream != null) {
                stream.goOn();
            }
        }
    }

    /** How many there are. */
    int size() {
        return streams.size();
    }

    /** The nanoseconds since a segment was last digested. */
    long idleNanos() {
        return streams.values().stream().mapToLong(StreamDigest::idleNanos).min().orElse(Long.MAX_VALUE);
    }

    /** Gives up if the last look has found that a digest is lost. */
    void requireAll() throws GiveUp {
        if (lost != null) {
            throw GiveUp.job("file-hasher2 was started again in the middle of a large object, so its digest is lost, "
                    + "and the object has to be fetched again: " + lost.object());
        }
    }

    /** The outcome of an object whose stream this entry closes, or null if its digest is lost. */
    Future<ObjectOutcome> outcome(Entry entry) throws IOException {
        StreamEnd end = Json.read(Files.readString(entry.file()), StreamEnd.class);
        Segment first = Segments.first(entry, end);
        StreamDigest stream = streams.get(first.streamOfObject());
        if (stream == null && segments.exists(first)) {
            stream = begin(first);
        }
        if (stream == null || stream.isGone()) {
            lost = first;
            return null;
        }
        return stream.closed(entry.name(), end);
    }

    /** Forgets the streams of an object that the fetcher has discarded, because its entry is there. */
    void forgetDiscarded(String name) {
        String prefix = Names.fileName(name) + '.';
        streams.entrySet().removeIf(stream -> stream.getKey().startsWith(prefix) && !stream.getValue().isClosed());
    }

    /**
     * Null if its digest is lost, or if the fetcher discards the stream: it removes the last segment first, so this one
     * is gone by now.
     */
    private StreamDigest begun(Segment segment) {
        if (segments.exists(segment.numbered(0))) {
            return begin(segment.numbered(0));
        } else if (segments.exists(segment)) {
            lost = segment;
        }
        return null;
    }

    private StreamDigest begin(Segment first) {
        StreamDigest stream = new StreamDigest(segments, first, digester, threads);
        streams.put(first.streamOfObject(), stream);
        return stream;
    }
}
