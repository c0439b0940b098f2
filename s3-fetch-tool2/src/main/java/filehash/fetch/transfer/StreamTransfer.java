package filehash.fetch.transfer;

import filehash.fetch.s3.Body;
import filehash.fetch.s3.ByteRange;
import filehash.fetch.s3.ChecksumKind;
import filehash.fetch.s3.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Downloads a large object over several connections, segment by segment. The first one requests all of it, because only
 * that response carries S3's checksum of the whole. Then one joins per spare CPU, and more while CPUs stay idle and no
 * download waits, but none while /conf limits bytes: further ones only slow each other down. One that works alone reads
 * segment after segment from its response; one of several requests each. Thread-safe.
 */
final class StreamTransfer {
    private static final int MOST_CONNECTIONS = 8;
    /** How long a response waits for room before it is aborted, before the server aborts it. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private final Transfer transfer;
    private final SpareCpus cpus;
    private final Disk disk;
    private final BooleanSupplier othersWait;
    private final Download download;
    private final ObjectStream stream;
    /** One for an object without a version: no other request may continue what one has begun. */
    private final int most;
    /** Those that fetch it or are about to; 0 until the response of the first has begun. */
    private int connections;
    /** Those that fetch it: the others have no thread yet, and may wait behind other downloads for one. */
    private int held;

    /** @param othersWait whether downloads wait for a connection */
    StreamTransfer(Transfer transfer, SpareCpus cpus, Disk disk, BooleanSupplier othersWait, Download download) {
        this.transfer = transfer;
        this.cpus = cpus;
        this.disk = disk;
        this.othersWait = othersWait;
        this.download = download;
        this.stream = download.stream();
        this.most = download.item().etag() == null ? 1 : Math.min(MOST_CONNECTIONS, stream.count());
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
                for (int number = 0; stream.takeAfter(number - 1, ObjectStream.FOR_EVER, download.stop()); number++) {
                    copy(body, number);
                    disk.works(); // and not for this object, which begins again if a segment after this has no room
                }
                return assembled();
            });
        });
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

    /** Whether this connection goes to another download that waits for one. The last one stays. */
    private synchronized boolean tryLeave() {
        int left = held > 1 && othersWait.getAsBoolean() ? 1 : 0;
        connections -= left;
        held -= left;
        return left > 0;
    }

    private synchronized boolean isAlone() {
        return connections <= 1;
    }

    /** The work of one connection. */
    private Outcome share() throws Refusal, InterruptedException {
        synchronized (this) {
            held++;
        }
        Run run = new Run();
        while (run.begin(stream.take(this::tryLeave, download.stop()))) {
            fetch(run);
        }
        return stream.isComplete() ? assembled() : null;
    }

    /** The segments that a connection fetches one after the other, as far as one response carries them. */
    private static final class Run {
        private int next;
        private boolean over;

        boolean begin(int first) {
            next = first;
            over = first < 0;
            return !over;
        }
    }

    /** A retry goes on with the segment that is missing. */
    private void fetch(Run run) throws Refusal, InterruptedException {
        while (!run.over) {
            try {
                transfer.until(() -> request(run));
            } catch (Unwritten e) {
                disk.failed(download.item().name(), e.getCause());
                disk.await(() -> stream.isNextToAppear(run.next), download.stop());
            }
        }
    }

    private Outcome request(Run run) throws IOException, Refusal {
        if (run.over) {
            return null; // all arrived, but the connection failed to close
        }
        ByteRange range = stream.range(run.next, isAlone());
        return transfer.read(range, body -> {
            if (range.whole()) {
                begun(body);
            }
            while (!run.over) {
                copy(body, run.next);
                disk.works(download.item().name());
                run.over = !goesOn(run.next, range);
                run.next++;
                transfer.segmentCame(!run.over);
            }
            return null;
        });
    }

    /** Whether the same response goes on with the segment after this one. */
    private boolean goesOn(int number, ByteRange range) {
        return range.endsAfter(stream.range(number, false)) && stream.takeAfter(number, LONGEST, download.stop());
    }

    private void copy(Body body, int number) throws IOException {
        ChecksumKind.Running running = stream.checksum().ofSegment();
        try (FileChannel file = stream.open(number)) {
            stream.range(number, false).copy(body, file, (bytes, length) -> {
                if (running != null) {
                    running.update(bytes, length);
                }
                if (cpus.areIdle() && !othersWait.getAsBoolean()) {
                    connect(MOST_CONNECTIONS);
                }
            });
        } catch (UncheckedIOException e) {
            stream.drop(number);
            throw new Unwritten(e.getCause());
        }
        onDisk(() -> stream.came(number, running == null ? 0 : running.crc()));
    }

    /** A segment could not be written, and the connection works. */
    private static final class Unwritten extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        Unwritten(IOException why) {
            super(why);
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
