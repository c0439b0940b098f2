package filehash.fetch.transfer;

import filehash.fetch.s3.Body;
import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Checksum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * Downloads a large object over several connections, in chunks. The first connection requests the whole object, because
 * only that response carries S3's checksum of the whole. When it arrives, one connection per spare CPU joins, and more
 * join while CPUs stay idle; beyond that, connections only slow each other down. Thread-safe.
 */
final class ChunkedTransfer {
    /** The most for one object. */
    private static final int CONNECTIONS = 8;
    private static final int BUFFER = 1 << 17;

    private final Transfer transfer;
    private final SpareCpus cpus;
    private final Download download;
    private final Chunks chunks;
    private int connections;
    private S3Checksum expected; // set, like combines, before the other connections start
    private boolean combines;

    ChunkedTransfer(Transfer transfer, SpareCpus cpus, Download download) {
        this.transfer = transfer;
        this.cpus = cpus;
        this.download = download;
        this.chunks = new Chunks(download.item());
    }

    Outcome begin() throws Refusal, InterruptedException {
        return cpus.use(() -> share(chunks.take()));
    }

    private synchronized void begun(Body all) {
        if (connections == 0) {
            expected = all.checksum();
            combines = expected != null && expected.kind().combines();
            connections = 1;
            cpus.watch();
            connect(1 + cpus.free());
        }
    }

    private synchronized void connect(int most) {
        for (; connections < Math.min(most, Math.min(CONNECTIONS, chunks.count())); connections++) {
            transfer.work(() -> cpus.use(() -> share(chunks.take())));
        }
    }

    /** The work of one connection. */
    private Outcome share(Chunks.Run first) throws Refusal, InterruptedException {
        for (Chunks.Run run = first; run != null; run = chunks.take()) {
            fetch(run);
        }
        return chunks.complete() ? assembled() : null;
    }

    /** A retry requests only the chunks of the run that are missing. */
    private void fetch(Chunks.Run run) throws Refusal, InterruptedException {
        transfer.until(() -> {
            ByteRange rest = chunks.rest(run);
            // all arrived, but the connection failed to close
            return rest.length() <= 0 ? null : transfer.read(rest, body -> {
                if (rest.whole()) {
                    begun(body);
                }
                boolean more = true;
                while (more) {
                    long crc = copied(body, chunks.chunk(run));
                    more = chunks.came(run, crc);
                    transfer.chunkCame(more);
                }
                return null;
            });
        });
    }

    /** @return the chunk's CRC, or 0 if it is not needed */
    private long copied(Body body, ByteRange chunk) throws IOException {
        ChecksumKind.Running running = combines ? expected.kind().start() : null;
        chunk.copy(body, download.file(), (bytes, length) -> {
            if (combines) {
                running.update(bytes, length);
            }
            if (cpus.areIdle(download.item().size())) {
                connect(CONNECTIONS);
            }
        });
        return combines ? running.crc() : 0;
    }

    private Outcome assembled() {
        Outcome done = new Outcome.Done(null);
        if (expected == null) {
            return done;
        }
        ChecksumKind kind = expected.kind();
        return transfer.compared(expected, combines ? kind.encoded(chunks.crc(kind)) : readAgain(kind.start()), done);
    }

    /** Reads the file once more from its beginning, because this digest cannot be combined from chunks. */
    private String readAgain(ChecksumKind.Running running) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            for (long at = 0; download.file().read(buffer.clear(), at) > 0; at += buffer.position()) {
                running.update(buffer.array(), buffer.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running.value();
    }
}
