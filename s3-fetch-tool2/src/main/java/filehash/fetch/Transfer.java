package filehash.fetch;

import filehash.pod.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * How the bytes of one download come: a large object in parts, by several connections at once, all pinned to one
 * version; and nothing is done before it agrees with what S3 says of the whole. One connection begins, with
 * one more for each processor that no large object uses, and others join where that leaves the processors idle: else
 * each would only be in the way of the rest. Safe for use by several threads.
 */
final class Transfer {
    /** At most so many for one object. */
    private static final int CONNECTIONS = 8;
    /** From here on an object comes in parts. */
    private static final long LARGE = 16L << 20;
    private static final int BUFFER = 1 << 17;

    private final Bucket bucket;
    private final Retry retry;
    private final Executor workers;
    private final Processors processors;
    private final Cuts cuts;
    private final Download download;
    private final Item item;

    Transfer(Bucket bucket, Retry retry, Executor workers, Processors processors, Cuts cuts, Download download) {
        this.bucket = bucket;
        this.retry = retry;
        this.workers = workers;
        this.processors = processors;
        this.cuts = cuts;
        this.download = download;
        this.item = download.item();
    }

    /** Lets the workers do it. Parts are in one version only where the server names versions. */
    void begin() {
        boolean inParts = item.size() >= LARGE && item.etag() != null;
        work(inParts ? new InParts()::begin : this::whole);
    }

    private void work(Download.Work work) {
        workers.execute(() -> download.run(() -> pinned(work)));
    }

    private Outcome pinned(Download.Work work) throws Refusal, InterruptedException {
        try {
            return work.run();
        } catch (Refusal e) {
            if (!e.otherVersion() || item.changed()) {
                throw e;
            }
            return new Outcome.Again(until(() -> bucket.lookUp(item)));
        }
    }

    private Outcome whole() throws Refusal, InterruptedException {
        Part part = new Part(item, 0, item.size());
        return until(() -> read(part, body -> {
            Checksum said = body.checksum();
            ChecksumKind.Running running = said == null ? null : said.kind().start();
            Part.Onlooker onlooker = said == null ? (bytes, length) -> { } : running::update;
            byte[] content = download.inMemory() ? part.content(body, onlooker) : null;
            if (content == null) {
                part.copy(body, download.file(), onlooker);
            }
            Outcome done = new Outcome.Done(content);
            return said == null ? done : compared(said, running.value(), done);
        }));
    }

    /** A large object. The first connection asks for all of it: no other answer tells what S3 says of the whole. */
    private final class InParts {
        private final Parts parts = new Parts(item);
        private int connections;
        private Checksum said; // this, and what follows from it, is known before the others connect
        private boolean combines;

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
                work(() -> processors.use(() -> share(parts.take())));
            }
        }

        /** One connection's part in the work. */
        private Outcome share(Parts.Stretch first) throws Refusal, InterruptedException {
            for (Parts.Stretch stretch = first; stretch != null; stretch = parts.take()) {
                fetch(stretch);
            }
            return parts.complete() ? assembled() : null;
        }

        /** What has come of it does not come again where the rest has to be asked for anew. */
        private void fetch(Parts.Stretch stretch) throws Refusal, InterruptedException {
            until(() -> {
                Part rest = parts.rest(stretch);
                // nothing is left where all came, and then the connection could not be given back
                return rest.length() <= 0 ? null : read(rest, body -> {
                    if (rest.whole()) {
                        begun(body);
                    }
                    boolean more = true;
                    while (more) {
                        long crc = copied(body, parts.part(stretch));
                        more = parts.came(stretch, crc);
                        cuts.over();
                        if (more) {
                            retry.answered();
                        }
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
                if (processors.areIdle(item.size())) {
                    connect(CONNECTIONS);
                }
            });
            return combines ? running.crc() : 0;
        }

        private Outcome assembled() {
            Outcome done = new Outcome.Done(null);
            return said == null ? done : compared(said, combines ? said.kind().encoded(parts.crc(said.kind()))
                    : readAgain(said.kind().start()), done);
        }
    }

    private Outcome compared(Checksum said, String value, Outcome done) {
        if (value.equals(said.value())) {
            return done;
        }
        if (!item.corrupt()) {
            return new Outcome.Again(item.afterCorruption());
        }
        return new Outcome.Failed(new Failure(Failure.Kind.CORRUPT, "twice all " + item.size() + " bytes came, with "
                + said.kind() + " " + value + " at last, where S3 says " + said.value()));
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

    /** What becomes of a body. */
    private interface Reading<T> {
        T of(Body body) throws IOException;
    }

    private <T> T read(Part part, Reading<T> reading) throws IOException, Refusal {
        try (Body body = bucket.get(part, cuts.gzip())) {
            bucket.requireVersion(part, body); // it may ask once more: if that fails, this body is not cut
            try {
                part.requireThis(body);
                return reading.of(body);
            } catch (IOException e) {
                throw cuts.after(e, body.came());
            }
        }
    }

    private <T> T until(Retry.Step<T> step) throws Refusal, InterruptedException {
        return retry.until(download.stop(), step);
    }
}
