package filehash.fetch.transfer;

import filehash.fetch.s3.Body;
import filehash.fetch.s3.Bucket;
import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.s3.S3Checksum;
import filehash.pod.Failure;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the bytes of one download. All requests are pinned to one version, and the download is done only when its
 * checksum matches the one S3 reports for the whole object. Thread-safe.
 */
final class Transfer {
    private static final Logger LOG = LoggerFactory.getLogger(Transfer.class);

    private final Bucket bucket;
    private final Retry retry;
    private final Executor workers;
    private final CutBodies cuts;
    private final BooleanSupplier limited;
    private final Download download;
    private final Item item;

    Transfer(Bucket bucket, Retry retry, Executor workers, CutBodies cuts, BooleanSupplier limited,
            Download download) {
        this.bucket = bucket;
        this.retry = retry;
        this.workers = workers;
        this.cuts = cuts;
        this.limited = limited;
        this.download = download;
        this.item = download.item();
    }

    /** Hands the download to the workers. */
    void begin(SpareCpus cpus, Disk disk, BooleanSupplier othersWait) {
        work(download.stream() == null ? this::whole
                : new StreamTransfer(this, cpus, disk, othersWait, download)::begin);
    }

    /** Whether more connections can make the object faster. */
    boolean maySpread() {
        return !limited.getAsBoolean();
    }

    void work(Work work) {
        workers.execute(() -> download.run(() -> pinned(work)));
    }

    private Outcome pinned(Work work) throws Refusal, InterruptedException {
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
        return until(() -> {
            download.asked();
            return read(ByteRange.all(item), this::come);
        });
    }

    /** Requests a small object a second time. Only a complete response counts. */
    void hedge() {
        workers.execute(() -> download.run(() -> {
            try {
                Outcome outcome = read(ByteRange.all(item), this::come);
                return outcome instanceof Outcome.Done ? outcome : null;
            } catch (IOException | Refusal e) { // the first request goes on, and reports its failure
                LOG.debug("the second request failed: {}", e.getMessage());
                return null;
            }
        }));
    }

    private Outcome come(Body body) throws IOException {
        S3Checksum expected = body.checksum();
        ChecksumKind.Running running = expected == null ? null : expected.kind().start();
        ByteRange.Onlooker onlooker = expected == null ? (bytes, length) -> {} : running::update;
        byte[] content = download.inMemory() ? body.asked().content(body, onlooker) : null;
        if (content == null) {
            body.asked().copy(body, download.file(), onlooker);
        }
        Outcome done = new Outcome.Done(content);
        return expected == null ? done : compared(expected, running.value(), done);
    }

    Outcome compared(S3Checksum expected, String value, Outcome done) {
        if (value.equals(expected.value())) {
            return done;
        }
        if (!item.corrupt()) {
            return new Outcome.Again(item.afterCorruption());
        }
        return new Outcome.Failed(new Failure(Failure.Kind.CORRUPT, "all " + item.size() + " bytes arrived twice, "
                + "but their checksum differs: " + expected.kind() + " " + value + ", S3 reports " + expected.value()));
    }

    /** Consumes a body. */
    interface Reading<T> {
        T of(Body body) throws IOException;
    }

    <T> T read(ByteRange range, Reading<T> reading) throws IOException, Refusal {
        try (Body body = bucket.get(range, cuts.gzip(), download::begins)) {
            bucket.requireVersion(range, body); // outside the try: if its own request fails, this body is not cut
            try {
                range.requireThis(body);
                return reading.of(body);
            } catch (IOException e) {
                throw cuts.after(e, body.came());
            }
        } finally {
            download.isOver();
        }
    }

    /** @param more whether the same response carries another segment */
    void segmentCame(boolean more) {
        cuts.over();
        if (more) {
            retry.answered();
        }
    }

    <T> T until(Retry.Step<T> step) throws Refusal, InterruptedException {
        return retry.until(download.stop(), step);
    }
}
