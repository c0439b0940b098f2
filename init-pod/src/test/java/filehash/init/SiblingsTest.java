package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.claim.Claim;
import filehash.init.tree.ConfSource;
import filehash.init.tree.Request;
import filehash.init.tree.Tree;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.job.Tally;
import filehash.pod.Conf;
import filehash.pod.HashFin;
import filehash.pod.PodFile;
import filehash.pod.Progress;
import filehash.pod.S3Fin;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import filehash.program.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiblingsTest {
    private static final JobId ID = new JobId("r", 1, 2);
    private static final JobId EARLIER = new JobId("r", 1, 1);

    @TempDir
    Path root;
    private SharedDirectory directory;
    private Siblings siblings;

    @BeforeEach
    void open() throws IOException {
        directory = new SharedDirectory(root, "boot");
        siblings = new Siblings(directory, step -> {}, () -> null);
    }

    @Test
    void begin_writesAllThatTheSiblingsNeedForNobodyElse() throws IOException {
        Claim claim = new Claim(null, new Tree(""), "pod-1", "7", ID,
                new Request.Terms("photos/", List.of(HashMethod.MD5, HashMethod.SHA1), 4, null), null);
        Conf.S3 s3 = new Conf.S3("b", null, "us-east-1", new Secret("k"), new Secret("s"), null);
        Conf.MySql mysql = new Conf.MySql("db", 3306, "n", "u", new Secret("p"), null);
        siblings.begin(claim, new ConfSource.Places(s3, mysql));
        Conf conf = new Conf(Conf.State.WORK, "boot", "7", ID, "photos/", "40", "80",
                List.of(HashMethod.MD5, HashMethod.SHA1), s3, mysql);
        assertEquals(Optional.of(conf), siblings.found());
        assertEquals("rw-------", PosixFilePermissions.toString(
                Files.getPosixFilePermissions(root.resolve("conf.json"))));
        siblings.stop(false);
        siblings.stop(true);
        assertEquals(Optional.of(conf.says(Conf.State.STOP)), siblings.found());
        directory.write(PodFile.CONF, conf);
        siblings.stop(true);
        assertEquals(Optional.of(conf.cancels()), siblings.found());
    }

    @Test
    void busy_areThoseWithoutAFinOrStopFileOfThisIdentity() throws Exception {
        directory.write(PodFile.S3_FIN, new S3Fin(EARLIER, 1));
        directory.write(PodFile.HASH_STOP, new Stopped(EARLIER, Stopped.Fault.JOB, "why", 0));
        assertEquals(List.of("s3-fetch-tool2", "file-hasher2"), siblings.busy(ID));
        assertEquals(Optional.empty(), siblings.s3Fin(ID));
        assertEquals(Optional.empty(), siblings.stopped(ID));
        directory.write(PodFile.S3_STOP, new Stopped(ID, Stopped.Fault.NONE, "stopped", 0));
        assertEquals(List.of("file-hasher2"), siblings.busy(ID));
        directory.write(PodFile.HASH_FIN, new HashFin(ID, Tally.NONE, Instant.EPOCH, Instant.EPOCH));
        assertEquals(List.of(), siblings.busy(ID));
    }

    @Test
    void stopped_putsAReasonBeforeObedienceAndReportsTheHigherAttempt() throws Exception {
        directory.write(PodFile.HASH_STOP, new Stopped(ID, Stopped.Fault.NONE, "stopped", 7));
        assertEquals(Optional.of(new Stopped(ID, Stopped.Fault.NONE, "stopped", 7)), siblings.stopped(ID));
        directory.write(PodFile.S3_STOP, new Stopped(ID, Stopped.Fault.CONF, "no bucket", 0));
        assertEquals(Optional.of(new Stopped(ID, Stopped.Fault.CONF, "no bucket", 7)), siblings.stopped(ID));
        directory.write(PodFile.S3_STOP, new Stopped(EARLIER, Stopped.Fault.JOB, "old", 0));
        assertEquals(Optional.of(new Stopped(ID, Stopped.Fault.NONE, "stopped", 7)), siblings.stopped(ID));
    }

    @Test
    void sweep_leavesNothingButTheFolder() throws IOException {
        for (String file : List.of("conf.json", "file-hasher2.starts", "s3-fetch-tool2.starts", "hashfin.new")) {
            Files.writeString(root.resolve(file), "cut short");
        }
        directory.write(PodFile.S3_FIN, new S3Fin(EARLIER, 1));
        directory.write(PodFile.PROGRESS, new Progress(ID, "", Tally.NONE, Instant.EPOCH, Instant.EPOCH));
        Files.writeString(directory.part("a"), "x");
        Files.writeString(directory.file("b"), "x");
        siblings.sweep();
        try (Stream<Path> left = Files.walk(root)) {
            assertEquals(List.of(root, root.resolve("files")), left.sorted().toList());
        }
    }

    @Test
    void found_ofAnotherBootOrNoTextCountsAsNothing() throws IOException {
        Files.writeString(root.resolve("conf.json"), "");
        assertEquals(Optional.empty(), siblings.found());
        begin_writesAllThatTheSiblingsNeedForNobodyElse();
        assertEquals(Optional.empty(), new Siblings(new SharedDirectory(root, "next boot"),
                step -> {}, () -> null).found());
    }

    @Test
    void dismiss_isTakenBackAtTheNextStart() throws IOException {
        siblings.dismiss();
        assertTrue(directory.has(PodFile.POD_FIN));
        siblings.found();
        assertFalse(directory.has(PodFile.POD_FIN));
    }
}
