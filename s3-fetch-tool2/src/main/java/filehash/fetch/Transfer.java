package filehash.fetch;

import filehash.pod.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How the bytes of one download come: a large object in parts, by several connections at once, all pinned to one
 * version; and nothing is done before it agrees with what S3 says of the whole. Safe for use by several threads.
 */
final class Transfer {
    /** From here on an object comes in parts; enough of them for all connections, and few enough to be worth it. */
    private static final long LARGE = 64L << 20;
    private static final long PART = 32L << 20;
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
                part.copy(body, download.file(), running);
                return said == null ? new Outcome.Done() : compared(said, running.value());
            }
        });
    }

    private Outcome inParts() throws Refusal, InterruptedException {
        Checksum said = saidOfWhole();
        int count = (int) ((item.size() + PART - 1) / PART);
        long[] crcs = new long[count];
        AtomicInteger left = new AtomicInteger(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            work(() -> {
                crcs[number] = fetched(part(number), said);
                return left.decrementAndGet() > 0 ? null : assembled(said, crcs);
            });
        }
        return null;
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

    private long fetched(Part part, Checksum said) throws Refusal, InterruptedException {
        return until(() -> {
            ChecksumKind.Running running = said != null && said.kind().combines() ? said.kind().start() : null;
            try (Body body = bucket.get(part)) {
                part.copy(body, download.file(), running);
            }
            return running == null ? 0 : running.crc();
        });
    }

    private Outcome assembled(Checksum said, long[] crcs) {
        if (said == null) {
            return new Outcome.Done();
        }
        if (!said.kind().combines()) {
            return compared(said, read(said.kind().start()));
        }
        long crc = crcs[0];
        for (int i = 1; i < crcs.length; i++) {
            crc = said.kind().combined(crc, crcs[i], part(i).length());
        }
        return compared(said, said.kind().encoded(crc));
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

    private Part part(int number) {
        long from = number * PART;
        return new Part(item, from, Math.min(PART, item.size() - from));
    }

    private <T> T until(Retry.Step<T> step) throws Refusal, InterruptedException {
        return retry.until(download.stop(), step);
    }
}
