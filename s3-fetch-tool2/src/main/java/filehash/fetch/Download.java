package filehash.fetch;

import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.Stop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One object on its way into one file. Its file is opened and closed by the owner of the directory; who downloads can
 * only write into what is open, so that after {@link #close} nothing reaches the directory any more.
 */
final class Download implements AutoCloseable {
    private static final int BUFFER = 1 << 17;

    private final Item item;
    private final FileChannel file;
    private final Runnable ended;
    private final Stop stop = new Stop();
    private final AtomicReference<Outcome> outcome = new AtomicReference<>();

    /** @param file null for what is not to be downloaded: its outcome is known */
    private Download(Item item, FileChannel file, Runnable ended) {
        this.item = item;
        this.file = file;
        this.ended = ended;
    }

    static Download into(FileChannel file, Item item, Runnable ended) {
        return new Download(item, file, ended);
    }

    static Download impossible(Item item, Failure failure) {
        Download download = new Download(item, null, () -> { });
        download.end(new Outcome.Failed(failure));
        return download;
    }

    Item item() {
        return item;
    }

    /** What it holds of FILES_BYTES. */
    long reserved() {
        return file == null ? 0 : item.size();
    }

    /** Null while it goes on. */
    Outcome outcome() {
        return outcome.get();
    }

    @Override
    public void close() throws IOException {
        stop.request();
        if (file != null) {
            file.close();
        }
    }

    /** Downloads; for a thread of its own. */
    void run(Bucket bucket, Retry retry) {
        try {
            end(fetched(bucket, retry));
        } catch (CancellationException | InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: nobody waits for an outcome
        } catch (RuntimeException e) {
            end(new Outcome.Ended(GiveUp.job("cannot fetch '" + item.name() + "': " + e)));
        }
    }

    private Outcome fetched(Bucket bucket, Retry retry) throws InterruptedException {
        try {
            retry.until(stop, () -> {
                try (Body body = bucket.get(item, 0, item.size())) {
                    copy(body);
                }
                return null;
            });
            return new Outcome.Done();
        } catch (Refusal e) {
            return e.ofConf() ? new Outcome.Ended(GiveUp.conf(e.getMessage())) : new Outcome.Failed(e.toFailure());
        }
    }

    private void copy(Body body) throws IOException {
        byte[] buffer = new byte[BUFFER];
        InputStream in = body.stream();
        long at = 0;
        int read = in.read(buffer);
        while (read >= 0 && at + read <= item.size()) {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            read = in.read(buffer);
        }
        if (read >= 0 || at < item.size()) {
            throw new IOException("GET " + item.name() + ": " + at + " bytes came, of " + item.size());
        }
        body.whole();
    }

    private void end(Outcome how) {
        if (outcome.compareAndSet(null, how)) {
            ended.run();
        }
    }
}
