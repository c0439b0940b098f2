package filehash.fetch;

import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in files/: downloads side by side, and before them what they left there until the hasher removes it. Both
 * together keep to the limits, reserved in the order of names, and become visible in that order. One thread's, and
 * only that thread changes the directory.
 */
final class Window implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Window.class);

    private final SharedDirectory directory;
    private final Limits limits;
    private final Counts counts;
    private final Consumer<Download> begin;
    private final Runnable ended;
    private final Refusals refusals;
    private final Published published = new Published();
    private final List<Download> running = new ArrayList<>();
    private final Disk disk = new Disk(LOG);

    /**
     * @param refusals closed with it
     * @param begin gets a download on its way
     * @param ended called by other threads, when a download has ended
     */
    Window(SharedDirectory directory, Limits limits, Counts counts, Refusals refusals, Consumer<Download> begin,
            Runnable ended) {
        this.directory = directory;
        this.limits = limits;
        this.counts = counts;
        this.refusals = refusals;
        this.begin = begin;
        this.ended = ended;
    }

    /**
     * Does all that can be done now without waiting. What the disk does not allow now is left for a later turn.
     *
     * @return whether anything was done
     */
    boolean turn(Listing listing) throws GiveUp {
        boolean moved = published.forgetRemoved();
        try {
            moved |= settle(listing);
            moved |= publish();
            moved |= admit(listing);
        } catch (IOException e) {
            disk.failed(e.toString());
        }
        return moved;
    }

    /** Whether all that was begun is published. */
    boolean idle() {
        return running.isEmpty();
    }

    @Override
    public void close() throws IOException {
        refusals.close();
        for (Download download : running) {
            download.close();
        }
        for (Download download : running) {
            discard(download);
        }
    }

    /** Sees to what ended and is not to be published. */
    private boolean settle(Listing listing) throws GiveUp, IOException {
        running.forEach(refusals::see);
        for (int i = 0; i < running.size(); i++) {
            Download download = running.get(i);
            Outcome outcome = download.outcome();
            if (outcome instanceof Outcome.Ended end) {
                throw end.why();
            } else if (outcome instanceof Outcome.Again again) {
                beginAgain(i, again.item(), listing);
                return true;
            } else if (outcome instanceof Outcome.NoRoom full) {
                giveBack(i, download.item(), listing);
                disk.pause();
                throw full.why();
            } else if (refusals.mayPass(download, i == 0)) {
                beginAgain(i, download.item().afterRefusal(download.endedAt()), listing);
                return true;
            }
        }
        return false;
    }

    private void beginAgain(int index, Item item, Listing listing) throws IOException {
        Download old = running.get(index);
        if (item.size() > old.reserved()) {
            giveBack(index, item, listing);
            return;
        }
        discard(old);
        running.set(index, begun(item));
    }

    /** Lets go of one and of all after it: they may hold the room that it needs. It will be the next to begin. */
    private void giveBack(int index, Item item, Listing listing) throws IOException {
        for (int i = running.size() - 1; i >= index; i--) {
            Download download = running.get(i);
            discard(download);
            running.remove(i);
            listing.giveBack((i == index ? item : download.item()).notRefused()); // by then rights may be others
        }
    }

    private boolean publish() throws GiveUp, IOException {
        boolean moved = false;
        while (!running.isEmpty() && isPublished(running.get(0))) {
            running.remove(0);
            moved = true;
        }
        return moved;
    }

    /** @return whether it is to be seen now: its outcome may have come after {@link #settle} looked */
    private boolean isPublished(Download head) throws GiveUp, IOException {
        String name = head.item().name();
        Outcome outcome = head.outcome();
        if (outcome instanceof Outcome.Failed failed) {
            if (refusals.isOpen(head)) {
                return false;
            }
            discard(head);
            directory.publish(name, failed.failure());
            published.add(directory.failed(name), 0);
            counts.failed(failed.failure().kind());
        } else if (outcome instanceof Outcome.Done) {
            head.close();
            directory.publish(name);
            published.add(directory.file(name), head.item().size());
            counts.fetched(head.item().size());
            disk.works();
        }
        return outcome instanceof Outcome.Failed || outcome instanceof Outcome.Done;
    }

    private boolean admit(Listing listing) throws GiveUp, IOException {
        if (disk.pauses()) {
            return false;
        }
        boolean moved = false;
        long reserved = published.bytes() + running.stream().mapToLong(Download::reserved).sum();
        // where the disk is full, one download at a time: else each could wait for what another holds
        int atOnce = disk.fails() ? 1 : limits.files();
        Item next = listing.peek();
        while (next != null && running.size() < atOnce && running.size() + published.size() < limits.files()) {
            Failure impossible = limits.impossible(next);
            if (impossible != null) {
                running.add(Download.impossible(next, impossible));
            } else if (reserved + next.size() <= limits.bytes()) {
                running.add(begun(next));
                reserved += next.size();
            } else {
                return moved;
            }
            listing.take();
            moved = true;
            next = listing.peek();
        }
        return moved;
    }

    private Download begun(Item item) throws IOException {
        FileChannel file = FileChannel.open(directory.part(item.name()), StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Download download = new Download(item, file, ended);
        begin.accept(download);
        return download;
    }

    private void discard(Download download) throws IOException {
        download.close();
        Files.deleteIfExists(directory.part(download.item().name()));
    }
}
