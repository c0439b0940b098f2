package filehash.fetch;

import filehash.fetch.transfer.Disk;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.Outcome;
import filehash.pod.GiveUp;
import java.io.IOException;

/**
 * Decides which downloads give back their room when the disk under files/ is full. Behind a large object it is none at
 * first, because terabytes of it may have come, and the room may come back: its connections wait in place. If there is
 * none for the head for long, all downloads behind it give theirs back, whatever was written for them. Owned by one
 * thread.
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

    /** A step that may create a file. */
    interface Step {
        boolean run() throws GiveUp, IOException;
    }

    /** @return whether it was done; one that found no room has to wait for the end of the pause */
    boolean tried(Download download, Step step) throws GiveUp {
        String name = download.item().name();
        try {
            return !disk.postpones(name) && step.run();
        } catch (IOException e) {
            disk.failed(name, e);
            return false;
        }
    }

    /** A download has ended. */
    void see(Download download) throws IOException {
        if (download.outcome() instanceof Outcome.NoRoom full && !download.isGone()) {
            disk.failed(download.item().name(), full.why());
            running.discard(download);
        }
    }

    /** Begins it again, now or in its turn, once that is due. */
    boolean tryAgain(Download withoutRoom, Listing listing) throws IOException {
        boolean streams = running.hasStreams();
        if (disk.pauses() || streams && disk.isFull() && withoutRoom != running.first()) {
            return false; // it holds no room, and leaves what there is to the head
        } else if (streams) {
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

    /** Whether one download at a time may begin, or each could wait for the room of another. */
    boolean isShort() {
        Download head = running.first();
        return head != null && (disk.isFull() || disk.lacksRoom(head.item().name()));
    }

    /** Called in each turn, whatever failed in it. */
    void look(Listing listing) {
        Download head = running.first();
        if (head == null || !disk.lacksRoomForLong(head.item().name())) {
            return;
        }
        try {
            if (!running.giveBackFiles(listing) && entries.size() == 0) {
                disk.advise("though nothing lies there but '" + head.item().name() + "': the volume has to hold "
                        + "FILES_BYTES, which is " + capacity.bytes() + "; enlarge it, or lower FILES_BYTES");
            }
        } catch (IOException e) {
            disk.failed(e);
        }
    }
}
