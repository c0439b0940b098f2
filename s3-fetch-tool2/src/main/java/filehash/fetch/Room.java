package filehash.fetch;

import filehash.fetch.transfer.Disk;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.Outcome;
import java.io.IOException;

/**
 * Decides which downloads give back their room when the disk under files/ is full. Behind a large object it is none at
 * first, because terabytes of it may have come, and the room may come back: its connections wait in place. If there is
 * none for long, all downloads behind the head give theirs back, because the head may wait for it. Owned by one thread.
 */
final class Room {
    private final Disk disk;
    private final Entries entries;
    private final Downloads running;
    private final Capacity capacity;

    Room(Disk disk, Entries entries, Downloads running, Capacity capacity) {
        this.disk = disk;
        this.entries = entries;
        this.running = running;
        this.capacity = capacity;
    }

    /** A download has ended. */
    void see(Download download) throws IOException {
        if (download.outcome() instanceof Outcome.NoRoom full && !download.isGone()) {
            disk.failed(full.why());
            running.discard(download);
        }
    }

    /** Begins it again, now or in its turn, once that is due. */
    boolean tryAgain(Download withoutRoom, Listing listing) throws IOException {
        if (disk.pauses()) {
            return false;
        } else if (running.hasStreams()) {
            running.beginAgain(withoutRoom, withoutRoom.item(), listing);
        } else {
            running.giveBack(withoutRoom, withoutRoom.item(), listing);
        }
        return true;
    }

    /** @return whether its file is complete; content that waits in memory for room on the disk is not fetched again */
    boolean tryWrite(Download head, Outcome.Done done, Listing listing) throws IOException {
        if (!head.inMemory() || disk.pauses()) {
            return !head.inMemory();
        }
        try {
            entries.write(head.item().name(), done.content());
            return true;
        } catch (IOException e) {
            if (!running.hasStreams()) {
                running.giveBackFiles(listing); // which may hold the room
            }
            throw e;
        }
    }

    /** Called in each turn. */
    void look(Listing listing) throws IOException {
        if (disk.isFullForLong() && !running.giveBackFiles(listing) && entries.size() == 0 && !running.isEmpty()) {
            disk.advise("though nothing lies there but '" + running.first().item().name() + "': the volume has to hold "
                    + "FILES_BYTES, which is " + capacity.bytes() + "; enlarge it, or lower FILES_BYTES");
        }
    }
}
