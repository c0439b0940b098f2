package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Await;
import filehash.fetch.s3.Confs;
import filehash.fetch.s3.Item;
import filehash.fetch.transfer.Disk;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.SpareCpus;
import filehash.fetch.transfer.Transfers;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A full disk, as it looks to a head that is a large object. */
class RoomTest {
    private static final IOException FULL = new IOException("No space left on device");

    @TempDir
    Path root;
    private final Disk disk = new Disk(LoggerFactory.getLogger(RoomTest.class), Duration.ofNanos(-1));
    @AutoClose
    private Downloads downloads;
    private Room room;

    @BeforeEach
    void begin() throws IOException {
        ThreadPoolExecutor nobody = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                new ThreadPoolExecutor.DiscardPolicy());
        nobody.shutdown();
        Entries entries = new Entries(SharedDirectory.open(root));
        Capacity capacity = new Capacity(10, 1 << 30, 8 << 20, 64);
        downloads = new Downloads(entries, capacity,
                new Transfers(null, null, nobody, nobody, new SpareCpus(), null, RetryPolicy.USUAL, () -> false, disk),
                () -> {});
        room = new Room(disk, entries, downloads, capacity);
        downloads.begin(Item.listed("a", 9 << 20, "\"1\""), false);
    }

    @Test
    void roomOfThoseBehind_goesToAHeadThatLacksItForLongWhateverIsWrittenForOthers() throws Exception {
        downloads.begin(Item.listed("b", 9 << 20, "\"1\""), false);
        disk.failed("b", FULL);
        try (Listing listing = nothing()) {
            room.look(listing);
            assertEquals(2, downloads.size());
            disk.failed("a", FULL);
            disk.works("b");
            assertTrue(room.isShort());
            room.look(listing);
        }
        assertEquals(1, downloads.size());
        assertEquals("a", downloads.first().item().name());
        assertTrue(room.isShort());
        disk.works("a");
        assertFalse(room.isShort());
    }

    @Test
    void file_behindALargeHeadLeavesWhatRoomThereIsToIt() throws Exception {
        downloads.begin(Item.listed("b", Capacity.MEDIUM + 1, "\"1\""), false);
        disk.failed("b", FULL);
        Await.until("the pause is over", Await.BOUND, () -> !disk.pauses());
        assertFalse(room.tryAgain(downloads.get(1), null));
        Download head = downloads.first();
        assertTrue(room.tryAgain(head, null));
        assertTrue(head.isGone());
        assertEquals(2, downloads.size());
        disk.works("a");
        assertTrue(room.tryAgain(downloads.get(1), null));
    }

    @Test
    void step_thatFoundNoRoomIsTriedAgainAfterThePause() throws Exception {
        assertFalse(room.tried(downloads.first(), () -> {
            throw FULL;
        }));
        assertTrue(disk.lacksRoom("a"));
        Await.until("a second try", Await.BOUND, () -> room.tried(downloads.first(), () -> {
            assertFalse(disk.pauses());
            return true;
        }));
    }

    @Test
    void volume_thatIsTooSmallForOneObjectIsReported() throws Exception {
        disk.failed("a", FULL);
        assertFalse(disk.problem().contains("FILES_BYTES"), disk.problem());
        room.look(null);
        disk.failed("a", FULL);
        assertTrue(disk.lacksRoomForLong("a"));
        assertTrue(disk.problem().endsWith("though nothing lies there but 'a': the volume has to hold FILES_BYTES, "
                + "which is 1073741824; enlarge it, or lower FILES_BYTES"), disk.problem());
        assertEquals(1, downloads.size());
    }

    /** A listing without objects. */
    private static Listing nothing() {
        return Listing.start(null, Confs.of(URI.create("http://localhost"), 0, 1), null, "");
    }
}
