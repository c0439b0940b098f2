package filehash.fetch;

import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * What is in files/: downloads side by side, and after them what they left there until the hasher removes it. Both
 * together keep to the limits, reserved in the order of names, and become visible in that order. One thread's, and
 * only that thread changes the directory.
 */
final class Window implements AutoCloseable {
    private static final int LONGEST_NAME = 256;

    private final SharedDirectory directory;
    private final int filesLimit;
    private final long filesBytes;
    private final Executor workers;
    private final Worker worker;
    private final Runnable ended;
    private final Deque<Download> running = new ArrayDeque<>();
    private final Deque<Published> published = new ArrayDeque<>();
    private long reserved;

    /** What downloads; in a thread of its own. */
    interface Worker {
        void run(Download download);
    }

    private record Published(Path file, long bytes) {
    }

    /** @param ended called by other threads, when a download has ended */
    Window(SharedDirectory directory, int filesLimit, long filesBytes, Executor workers, Worker worker,
            Runnable ended) {
        this.directory = directory;
        this.filesLimit = filesLimit;
        this.filesBytes = filesBytes;
        this.workers = workers;
        this.worker = worker;
        this.ended = ended;
    }

    /** All that can be done now without waiting. @return whether anything was */
    boolean turn(Listing listing) throws GiveUp, IOException {
        boolean freed = free();
        boolean shown = publish();
        return admit(listing) || freed || shown;
    }

    /** Whether all that was begun is published. */
    boolean idle() {
        return running.isEmpty();
    }

    @Override
    public void close() throws IOException {
        for (Download download : running) {
            download.close();
            Files.deleteIfExists(directory.part(download.item().name()));
        }
    }

    /** The hasher removes in the order of names too: where the first is still there, so are the others. */
    private boolean free() {
        boolean moved = false;
        while (!published.isEmpty() && !Files.exists(published.peek().file())) {
            reserved -= published.remove().bytes();
            moved = true;
        }
        return moved;
    }

    private boolean publish() throws GiveUp, IOException {
        boolean moved = false;
        while (!running.isEmpty() && running.peek().outcome() != null) {
            Download head = running.peek();
            head.close();
            String name = head.item().name();
            if (head.outcome() instanceof Outcome.Ended end) {
                throw end.why();
            } else if (head.outcome() instanceof Outcome.Failed failed) {
                Files.deleteIfExists(directory.part(name));
                reserved -= head.reserved();
                directory.publish(name, failed.failure());
                published.add(new Published(directory.failed(name), 0));
            } else {
                directory.publish(name);
                published.add(new Published(directory.file(name), head.reserved()));
            }
            running.remove();
            moved = true;
        }
        return moved;
    }

    private boolean admit(Listing listing) throws GiveUp, IOException {
        boolean moved = false;
        Item next = listing.peek();
        while (next != null && running.size() + published.size() < filesLimit) {
            Failure impossible = impossible(next);
            if (impossible == null && reserved + next.size() > filesBytes) {
                return moved;
            }
            begin(listing.take(), impossible);
            moved = true;
            next = listing.peek();
        }
        return moved;
    }

    private void begin(Item item, Failure impossible) throws IOException {
        if (impossible != null) {
            running.add(Download.impossible(item, impossible));
            return;
        }
        FileChannel file = FileChannel.open(directory.part(item.name()), StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Download download = Download.into(file, item, ended);
        running.add(download);
        reserved += download.reserved();
        workers.execute(() -> worker.run(download));
    }

    private Failure impossible(Item item) {
        int length = item.name().codePointCount(0, item.name().length());
        if (length > LONGEST_NAME) {
            return new Failure(Failure.Kind.NAME_TOO_LONG, length + " characters; the table holds " + LONGEST_NAME);
        }
        if (item.size() > filesBytes) {
            return new Failure(Failure.Kind.TOO_LARGE, item.size() + " bytes are more than FILES_BYTES, " + filesBytes
                    + ": set FILES_BYTES to at least " + item.size());
        }
        return null;
    }
}
