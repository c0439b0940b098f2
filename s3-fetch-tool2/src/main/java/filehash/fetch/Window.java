package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.fetch.transfer.Disk;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.Outcome;
import filehash.fetch.transfer.Transfers;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of files/ and the downloads that run ahead of them. An object gets its place among the entries before it
 * is requested; a small one, and a medium one without a place, is fetched into memory, far ahead, and gets it when all
 * before it are published and there is room. A few larger ones may pass those in memory. Entries become visible in the
 * order of names. The downside is that a slow object holds up those behind it, even complete ones. Owned by one thread,
 * the only one that creates entries.
 */
final class Window implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Window.class);

    private final Capacity capacity;
    private final FetcherCounts counts;
    private final Transfers transfers;
    private final RightsCheck rightsCheck;
    private final Hedges hedges;
    private final Entries entries;
    private final Downloads running;
    /** The downloads that ended and may have to be fetched again. */
    private final List<Download> unsettled = new ArrayList<>();
    private final Disk disk;
    private final Room room;

    /**
     * @param rightsCheck closed with the window
     * @param news called by other threads when a download has ended
     */
    Window(SharedDirectory directory, Capacity capacity, FetcherCounts counts, Transfers transfers,
            RightsCheck rightsCheck,
            Hedges hedges, Disk disk, Runnable news) {
        this.capacity = capacity;
        this.counts = counts;
        this.transfers = transfers;
        this.rightsCheck = rightsCheck;
        this.hedges = hedges;
        this.disk = disk;
        this.entries = new Entries(directory);
        this.running = new Downloads(entries, capacity, transfers, news);
        this.room = new Room(disk, entries, running, capacity);
    }

    /**
     * Does everything that can be done without waiting. It leaves what the full disk does not allow for a later turn.
     *
     * @return whether anything was done
     */
    boolean turn(Listing listing) throws GiveUp {
        boolean moved = entries.forgetRemoved();
        try {
            moved |= settle(listing);
            moved |= publish(listing);
            moved |= admit(listing);
        } catch (IOException e) {
            disk.failed(e);
        }
        room.look(listing);
        hedges.look(running, transfers);
        return moved;
    }

    /** Whether everything that was begun is published. */
    boolean idle() {
        return running.isEmpty();
    }

    /** Reports the fill of the window, and returns what keeps it from more. */
    Wait look(Listing listing) throws GiveUp {
        counts.window(entries.size() + running.files(), entries.bytes() + running.bytes());
        Item next = listing.peek();
        long size = next != null ? next.size() : listing.ended() ? 0 : -1;
        return disk.pauses() || disk.isFull() ? Wait.DISK : Wait.of(capacity, entries, running, size);
    }

    @Override
    public void close() throws IOException {
        counts.window(0, 0);
        rightsCheck.close();
        running.close();
    }

    /** Handles downloads that ended without a final outcome. */
    private boolean settle(Listing listing) throws GiveUp, IOException {
        for (Download download = running.nextEnded(); download != null; download = running.nextEnded()) {
            rightsCheck.see(download);
            hedges.see(download);
            if (!download.outcome().isFinal()) {
                unsettled.add(download);
            }
            room.see(download);
        }
        boolean moved = false;
        for (Download download : List.copyOf(unsettled)) {
            moved |= !download.isGone() && room.tried(download, () -> trySettle(download, listing));
        }
        unsettled.removeIf(Download::isGone);
        return moved;
    }

    /** @return whether the download begins again, or is given back */
    private boolean trySettle(Download download, Listing listing) throws GiveUp, IOException {
        Outcome outcome = download.outcome();
        if (outcome instanceof Outcome.Ended end) {
            throw end.why();
        } else if (outcome instanceof Outcome.Again again) {
            running.beginAgain(download, again.item(), listing);
        } else if (outcome instanceof Outcome.NoRoom) {
            return room.tryAgain(download, listing);
        } else if (rightsCheck.mayPass(download, download == running.first())) {
            running.beginAgain(download, download.item().afterRefusal(download.endedAt()), listing);
        } else {
            return false;
        }
        return true;
    }

    private boolean publish(Listing listing) throws GiveUp {
        boolean moved = false;
        while (running.first() != null && tryPublish(running.first(), listing)) {
            running.removeFirst();
            moved = true;
        }
        return moved;
    }

    private boolean tryPublish(Download head, Listing listing) throws GiveUp {
        return room.tried(head, () -> published(head, listing));
    }

    /** @return whether it was published; its outcome may have arrived after {@link #settle} */
    private boolean published(Download head, Listing listing) throws GiveUp, IOException {
        Outcome outcome = head.outcome();
        if (head.inMemory() && entries.size() + running.files() >= capacity.files()) {
            return false;
        } else if (outcome instanceof Outcome.Failed failed && !rightsCheck.isOpen(head)) {
            running.discard(head);
            entries.publish(head.item().name(), failed.failure());
            counts.failed(failed.failure().kind());
            disk.works(head.item().name());
            return true;
        } else if (outcome instanceof Outcome.Done done && room.tryWrite(head, done, listing)) {
            head.close();
            entries.publish(head);
            counts.fetched(head.item().size());
            disk.works(head.item().name());
            return true;
        }
        return false;
    }

    private boolean admit(Listing listing) throws GiveUp, IOException {
        boolean moved = false;
        for (Item next = listing.peek(); next != null && mayBegin(next); next = listing.peek()) {
            Failure impossible = capacity.impossible(next);
            if (impossible == null) {
                running.begin(next, capacity.runsAhead(next.size(), running.hasEntry()));
            } else {
                running.add(next, impossible);
            }
            listing.take();
            moved = true;
        }
        return moved;
    }

    private boolean mayBegin(Item next) throws GiveUp {
        if (disk.pauses() || room.isShort() || transfers.areBusy()
                || unsettled.size() >= capacity.files()) {
            return false;
        }
        long size = capacity.impossible(next) == null ? next.size() : 0;
        return running.hasBytes(size) && running.hasPlace(size);
    }
}
