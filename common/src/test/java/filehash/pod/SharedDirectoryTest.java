package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.job.JobId;
import filehash.program.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedDirectoryTest {
    private static final String LONG = "long/" + "ä".repeat(200);

    @TempDir
    Path root;
    private SharedDirectory directory;

    @BeforeEach
    void open() throws IOException {
        directory = new SharedDirectory(root, "boot");
    }

    @Test
    void order_isWhatConfJsonSays() throws IOException {
        Conf conf = JsonTest.conf();
        assertEquals(Optional.empty(), directory.order());
        directory.write(PodFile.CONF, conf);
        assertEquals(Optional.of(conf), directory.read(PodFile.CONF));
        assertTrue(directory.orders(conf.id()));
        assertFalse(directory.orders(new JobId(conf.id().run(), conf.id().job(), conf.id().attempt() + 1)));
        directory.write(PodFile.CONF, conf.says(Conf.State.STOP));
        assertFalse(directory.orders(conf.id()));
        assertEquals(conf.id(), directory.order().orElseThrow().id());
    }

    @Test
    void order_ofAnotherBootCountsAsAbsent() throws IOException {
        directory.write(PodFile.CONF, JsonTest.conf());
        SharedDirectory rebooted = new SharedDirectory(root, "next boot");
        assertEquals(Optional.empty(), rebooted.order());
        assertFalse(rebooted.orders(JsonTest.conf().id()));
    }

    @Test
    void write_leavesOneFileThatOnlyTheOwnerReads() throws IOException {
        Files.writeString(root.resolve("conf.json.new"), "left by a crash");
        directory.write(PodFile.CONF, JsonTest.conf());
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("conf.json"))));
        assertFalse(Files.exists(root.resolve("conf.json.new")));
        directory.remove(PodFile.CONF);
        assertFalse(directory.has(PodFile.CONF));
    }

    @Test
    void read_ofABrokenFileNamesItAndShowsNothingOfIt() throws IOException {
        Files.writeString(root.resolve("s3fin"), "{\"run\": \"secret-run\"");
        Exception e = assertThrows(IllegalArgumentException.class, () -> directory.read(PodFile.S3_FIN));
        assertTrue(e.getMessage().startsWith(root.resolve("s3fin") + " is not a S3Fin"), e.getMessage());
        assertFalse(e.getMessage().contains("secret-run"), e.getMessage());
    }

    /** Otherwise a failing disk would look like a withdrawn order, and a working sibling would stop. */
    @Test
    void read_ofAFileThatCannotBeLookedAtFailsAndDoesNotSayThatItIsAbsent() throws IOException {
        Path loop = root.resolve(PodFile.CONF.name());
        Files.createSymbolicLink(loop, loop);
        IOException e = assertThrows(IOException.class, () -> directory.orders(JsonTest.conf().id()));
        assertTrue(e.getMessage().startsWith("cannot read " + loop), e.getMessage());
    }

    @Test
    void entries_areWhatIsPublishedInTheOrderOfNames() throws IOException {
        for (String name : List.of("\uD83D\uDE00", "b", "a/b.part", LONG, "a.b")) {
            object(name);
        }
        directory.publish("c", new Failure(Failure.Kind.GONE, "NoSuchKey"));
        Files.writeString(directory.part("half"), "in progress");
        assertEquals(List.of("a.b", "a/b.part", "b", "c", LONG, "\uD83D\uDE00"), names(directory.entries()));
        assertEquals(List.of("c"), names(directory.entries().stream().filter(Entry::failed).toList()));
        Entry failed = directory.entries().get(3);
        assertEquals(new Failure(Failure.Kind.GONE, "NoSuchKey"), Json.read(Files.readString(failed.file()),
                Failure.class));
    }

    @Test
    void remove_takesTheCompanionToo() throws IOException {
        object(LONG);
        assertEquals(2, list().size());
        directory.remove(directory.entries().get(0));
        assertEquals(List.of(), list());
    }

    @Test
    void remove_cutShortLeavesNoEntryWithoutAName() throws IOException {
        object(LONG);
        Files.delete(directory.file(LONG));
        assertEquals(List.of(), directory.entries());
        directory.sweep();
        assertEquals(List.of(), list());
    }

    @Test
    void inOrder_neverShowsANameWithoutThoseBeforeIt() throws Exception {
        int objects = 5000; // more than one read of the directory returns, so a listing is no snapshot
        CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < objects; i++) {
                object(String.format("%06d", i));
            }
        });
        int seen = 0;
        while (seen < objects) {
            List<Entry> entries = directory.inOrder();
            assertTrue(entries.size() >= seen);
            seen = entries.size();
            for (int i = 0; i < seen; i++) {
                assertEquals(String.format("%06d", i), entries.get(i).name());
            }
            assertFalse(publishing.isCompletedExceptionally());
        }
    }

    @Test
    void open_namesADirectoryThatCannotBe() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "");
        IOException e = assertThrows(IOException.class, () -> SharedDirectory.open(file));
        assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
    }

    private void object(String name) {
        try {
            Files.writeString(directory.part(name), name);
            directory.publish(name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> list() throws IOException {
        try (var paths = Files.list(root.resolve("files"))) {
            return paths.toList();
        }
    }

    private static List<String> names(List<Entry> entries) {
        return entries.stream().map(Entry::name).toList();
    }
}
