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
 * A large object comes in parts, by several connections at once. The first asks for all of it: no other answer tells
 * what S3 says of the whole. One more joins for each processor that no large object uses, and others where that leaves
 * the processors idle: else each would only be in the way of the rest. Safe for use by several threads.
 */
final class ChunkedTransfer {
    /** At most so many for one object. */
    private static final int CONNECTIONS = 8;
    private static final int BUFFER = 1 << 17;

    private final Transfer transfer;
    private final SpareCpus cpus;
    private final Download download;
    private final Chunks chunks;
    private int connections;
    private S3Checksum said; // this, and what follows from it, is known before the others connect
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
            said = all.checksum();
            combines = said != null && said.kind().combines();
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

    /** One connection's part in the work. */
    private Outcome share(Chunks.Run first) throws Refusal, InterruptedException {
        for (Chunks.Run run = first; run != null; run = chunks.take()) {
            fetch(run);
        }
        return chunks.complete() ? assembled() : null;
    }

    /** What has come of it is not requested again where the rest has to be. */
    private void fetch(Chunks.Run run) throws Refusal, InterruptedException {
        transfer.until(() -> {
            ByteRange rest = chunks.rest(run);
            // nothing is left where all came, and then the connection could not be given back
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

    /** @return the part's CRC, or 0 where nobody wants to know */
    private long copied(Body body, ByteRange chunk) throws IOException {
        ChecksumKind.Running running = combines ? said.kind().start() : null;
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
        return said == null ? done : transfer.compared(said, combines ? said.kind().encoded(chunks.crc(said.kind()))
                : readAgain(said.kind().start()), done);
    }

    /** The file once more from its beginning: what came in parts has no other digest. */
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
