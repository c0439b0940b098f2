package filehash.fetch;

import filehash.pod.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * How the bytes of one download come: a large object in parts, by several connections at once, all pinned to one
 * version; and nothing is done before it agrees with what S3 says of the whole. Safe for use by several threads.
 */
final class Transfer {
    /** At most so many for one object; so many there must be also where few entries are allowed. */
    static final int CONNECTIONS = 8;
    /** From here on an object comes in parts. */
    private static final long LARGE = 64L << 20;
    private static final int BUFFER = 1 << 17;

    private final Bucket bucket;
    private final Retry retry;
    private final Executor workers;
    private final Download download;
    private final Item item;

    Transfer(Bucket bucket, Retry retry, Executor workers, Download download) {
        this.bucket = bucket;
        this.retry = retry;
        this.workers = workers;
        this.download = download;
        this.item = download.item();
    }

    /** Lets the workers do it. Parts are in one version only where the server names versions. */
    void begin() {
        boolean inParts = item.size() >= LARGE && item.etag() != null;
        work(inParts ? this::inParts : this::whole);
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
        return until(() -> {
            try (Body body = bucket.get(part)) {
                Checksum said = body.checksum();
                ChecksumKind.Running running = said == null ? null : said.kind().start();
                part.requireThis(body);
                part.copy(body, download.file(), running);
                return said == null ? new Outcome.Done() : compared(said, running.value());
            }
        });
    }

    private Outcome inParts() throws Refusal, InterruptedException {
        Checksum said = saidOfWhole();
        Parts parts = new Parts(item);
        Parts.Stretch first = parts.take();
        for (int i = 1; i < Math.min(CONNECTIONS, parts.count()); i++) {
            work(() -> shared(parts, parts.take(), said));
        }
        return shared(parts, first, said);
    }

    /** One connection's share of the work. */
    private Outcome shared(Parts parts, Parts.Stretch first, Checksum said) throws Refusal, InterruptedException {
        for (Parts.Stretch stretch = first; stretch != null; stretch = parts.take()) {
            fetch(parts, stretch, said);
        }
        return parts.complete() ? assembled(parts, said) : null;
    }

    /** Whatever else keeps HEAD from being answered keeps GET too, which tells why. */
    private Checksum saidOfWhole() throws Refusal, InterruptedException {
        try {
            return until(() -> bucket.checksum(item));
        } catch (Refusal e) {
            if (e.otherVersion() || e.ofConf()) {
                throw e;
            }
            return null;
        }
    }

    /** What has come of it does not come again where the rest has to be asked for anew. */
    private void fetch(Parts parts, Parts.Stretch stretch, Checksum said) throws Refusal, InterruptedException {
        until(() -> {
            Part rest = parts.rest(stretch);
            if (rest.length() <= 0) {
                return null; // all came, and then the connection could not be given back
            }
            try (Body body = bucket.get(rest)) {
                rest.requireThis(body);
                ChecksumKind.Running running;
                do {
                    running = said != null && said.kind().combines() ? said.kind().start() : null;
                    parts.part(stretch).copy(body, download.file(), running);
                } while (parts.came(stretch, running == null ? 0 : running.crc()));
            }
            return null;
        });
    }

    private Outcome assembled(Parts parts, Checksum said) {
        if (said == null) {
            return new Outcome.Done();
        }
        return compared(said, said.kind().combines() ? said.kind().encoded(parts.crc(said.kind()))
                : read(said.kind().start()));
    }

    private Outcome compared(Checksum said, String value) {
        if (value.equals(said.value())) {
            return new Outcome.Done();
        }
        if (!item.corrupt()) {
            return new Outcome.Again(item.onceMore());
        }
        return new Outcome.Failed(new Failure(Failure.Kind.CORRUPT, "twice all " + item.size() + " bytes came, with "
                + said.kind() + " " + value + " at last, where S3 says " + said.value()));
    }

    /** The file once more from its beginning: what came in parts has no other digest. */
    private String read(ChecksumKind.Running running) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            for (long at = 0; at < item.size(); at += buffer.position()) {
                download.file().read(buffer.clear(), at);
                running.update(buffer.array(), buffer.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running.value();
    }

    private <T> T until(Retry.Step<T> step) throws Refusal, InterruptedException {
        return retry.until(download.stop(), step);
    }
}
