package filehash.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.fetch.s3.Item;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.RetryPolicy;
import filehash.fetch.transfer.SpareCpus;
import filehash.fetch.transfer.Transfers;
import filehash.pod.SharedDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadsTest {
    private static final Item LARGE = Item.listed("a", Capacity.MEDIUM + 1, "1");

    @TempDir
    Path root;
    private Path part;
    @AutoClose
    private Downloads downloads;

    @BeforeEach
    void begin() throws IOException {
        ThreadPoolExecutor nobody = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                new ThreadPoolExecutor.DiscardPolicy());
        nobody.shutdown();
        SharedDirectory directory = SharedDirectory.open(root);
        part = directory.part(LARGE.name());
        downloads = new Downloads(new Entries(directory), new Capacity(10, 1 << 30, 8 << 20, 64),
                new Transfers(null, null, nobody, nobody, new SpareCpus(), null, RetryPolicy.USUAL,
                        () -> false, null),
                () -> {});
        downloads.begin(LARGE, false);
    }

    @Test
    void download_whoseNextTryHasNoRoomForItsEntryIsStillToBeBegunAgain() throws Exception {
        Download old = downloads.first();
        Files.delete(part);
        Files.delete(part.getParent()); // no file can be created there
        assertThrows(IOException.class, () -> downloads.beginAgain(old, LARGE, null));
        assertSame(old, downloads.first());
        assertFalse(old.isGone());
        Files.createDirectory(part.getParent());
        downloads.beginAgain(old, LARGE, null);
        assertTrue(old.isGone());
        assertNotSame(old, downloads.first());
        assertEquals(1, downloads.files());
        assertEquals(LARGE.size(), downloads.bytes());
        assertTrue(Files.exists(part));
    }
}
