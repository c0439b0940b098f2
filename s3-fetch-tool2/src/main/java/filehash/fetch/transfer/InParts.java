package filehash.fetch.transfer;

import filehash.fetch.s3.Body;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Part;
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
final class InParts {
    /** At most so many for one object. */
    private static final int CONNECTIONS = 8;
    private static final int BUFFER = 1 << 17;

    private final Transfer transfer;
    private final Processors processors;
    private final Download download;
    private final Parts parts;
    private int connections;
    private S3Checksum said; // this, and what follows from it, is known before the others connect
    private boolean combines;

    InParts(Transfer transfer, Processors processors, Download download) {
        this.transfer = transfer;
        this.processors = processors;
        this.download = download;
        this.parts = new Parts(download.item());
    }

    Outcome begin() throws Refusal, InterruptedException {
        return processors.use(() -> share(parts.take()));
    }

    private synchronized void begun(Body all) {
        if (connections == 0) {
            said = all.checksum();
            combines = said != null && said.kind().combines();
            connections = 1;
            processors.watch();
            connect(1 + processors.free());
        }
    }

    private synchronized void connect(int most) {
        for (; connections < Math.min(most, Math.min(CONNECTIONS, parts.count())); connections++) {
            transfer.work(() -> processors.use(() -> share(parts.take())));
        }
    }

    /** One connection's part in the work. */
    private Outcome share(Parts.Stretch first) throws Refusal, InterruptedException {
        for (Parts.Stretch stretch = first; stretch != null; stretch = parts.take()) {
            fetch(stretch);
        }
        return parts.complete() ? assembled() : null;
    }

    /** What has come of it is not requested again where the rest has to be. */
    private void fetch(Parts.Stretch stretch) throws Refusal, InterruptedException {
        transfer.until(() -> {
            Part rest = parts.rest(stretch);
            // nothing is left where all came, and then the connection could not be given back
            return rest.length() <= 0 ? null : transfer.read(rest, body -> {
                if (rest.whole()) {
                    begun(body);
                }
                boolean more = true;
                while (more) {
                    long crc = copied(body, parts.part(stretch));
                    more = parts.came(stretch, crc);
                    transfer.partCame(more);
                }
                return null;
            });
        });
    }

    /** @return the part's CRC, or 0 where nobody wants to know */
    private long copied(Body body, Part part) throws IOException {
        ChecksumKind.Running running = combines ? said.kind().start() : null;
        part.copy(body, download.file(), (bytes, length) -> {
            if (combines) {
                running.update(bytes, length);
            }
            if (processors.areIdle(download.item().size())) {
                connect(CONNECTIONS);
            }
        });
        return combines ? running.crc() : 0;
    }

    private Outcome assembled() {
        Outcome done = new Outcome.Done(null);
        return said == null ? done : transfer.compared(said, combines ? said.kind().encoded(parts.crc(said.kind()))
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
