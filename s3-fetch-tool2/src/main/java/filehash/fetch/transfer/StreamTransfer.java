package filehash.fetch.transfer;

import filehash.fetch.s3.Body;
import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;

/**
 * Downloads a large object over several connections, segment by segment. The first connection requests all of it,
 * because only that response carries S3's checksum of the whole. When it arrives, one connection per spare CPU joins,
 * and more join while CPUs stay idle; beyond that, connections only slow each other down, and none joins while /conf
 * limits bytes. A connection that works alone reads one segment after the other from the same response. One of
 * several requests a segment at a time. Thread-safe.
 */
final class StreamTransfer {
    /** The most for one object. */
    private static final int CONNECTIONS = 8;
    /** How long a response waits for room before it is aborted, lest the server abort it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Transfer transfer;
    private final SpareCpus cpus;
    private final Download download;
    private final ObjectStream stream;
    /** One for an object without a version: no other request may continue what one has begun. */
    private final int most;
    /** Those that fetch it or are about to; 0 until the response of the first has begun. */
    private int connections;

    StreamTransfer(Transfer transfer, SpareCpus cpus, Download download) {
        this.transfer = transfer;
        this.cpus = cpus;
        this.download = download;
        this.stream = download.stream();
        this.most = download.item().etag() == null ? 1 : Math.min(CONNECTIONS, stream.count());
        this.connections = download.item().etag() == null ? 1 : 0;
    }

    Outcome begin() throws Refusal, InterruptedException {
        return cpus.use(download.item().etag() == null ? this::inOnePiece : this::share);
    }

    private Outcome inOnePiece() throws Refusal, InterruptedException {
        return transfer.until(() -> {
            onDisk(stream::restart);
            return transfer.read(ByteRange.all(download.item()), body -> {
                stream.expect(body.checksum());
                for (int number = take(); number >= 0; number = take()) {
                    copy(body, number);
                }
                return assembled();
            });
        });
    }

    private int take() {
        return stream.take(download.stop());
    }

    private synchronized void begun(Body all) {
        if (connections == 0) {
            stream.expect(all.checksum());
            connections = 1;
            cpus.watch();
            connect(1 + cpus.free());
        }
    }

    private synchronized void connect(int wanted) {
        for (; transfer.maySpread() && connections < Math.min(wanted, most); connections++) {
            transfer.work(() -> cpus.use(this::share));
        }
    }

    private synchronized boolean isAlone() {
        return connections <= 1;
    }

    /** The work of one connection. */
    private Outcome share() throws Refusal, InterruptedException {
        for (int number = take(); number >= 0; number = take()) {
            fetch(number);
        }
        return stream.isComplete() ? assembled() : null;
    }

    /** A retry goes on with the segment that is missing. */
    private void fetch(int first) throws Refusal, InterruptedException {
        int[] missing = {first};
        transfer.until(() -> {
            if (missing[0] < 0) {
                return null; // all arrived, but the connection failed to close
            }
            ByteRange range = stream.range(missing[0], isAlone());
            return transfer.read(range, body -> {
                if (range.whole()) {
                    begun(body);
                }
                while (missing[0] >= 0) {
                    copy(body, missing[0]);
                    missing[0] = after(missing[0], range);
                    transfer.segmentCame(missing[0] >= 0);
                }
                return null;
            });
        });
    }

    /** The segment that the same response goes on with, or -1. */
    private int after(int number, ByteRange range) {
        boolean goesOn = range.endsAfter(stream.range(number, false))
                && stream.takeAfter(number, LONGEST, download.stop());
        return goesOn ? number + 1 : -1;
    }

    private void copy(Body body, int number) throws IOException {
        ChecksumKind.Running running = stream.checksum().ofSegment();
        try (FileChannel file = opened(number)) {
            stream.range(number, false).copy(body, file, 0, (bytes, length) -> {
                if (running != null) {
                    running.update(bytes, length);
                }
                if (cpus.areIdle(download.item().size())) {
                    connect(CONNECTIONS);
                }
            });
        }
        onDisk(() -> stream.came(number, running == null ? 0 : running.crc()));
    }

    private FileChannel opened(int number) {
        try {
            return stream.open(number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An IOException of the disk is no broken connection. */
    private static void onDisk(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private Outcome assembled() {
        Outcome done = new Outcome.Done(null);
        RunningChecksum checksum = stream.checksum();
        return checksum.expected() == null ? done : transfer.compared(checksum.expected(), checksum.value(), done);
    }
}
