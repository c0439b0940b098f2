package filehash.init.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.Log;
import filehash.job.JobId;
import filehash.pod.SharedDirectory;
import filehash.pod.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivingTest {
    private static final JobId JOB = new JobId("u", 0, 1);
    private static final List<String> BOTH = List.of("a", "b");

    @TempDir
    Path root;
    private long now = 1000;
    private Instant touch = Instant.parse("2026-01-01T12:00:00Z");
    private Living living;

    @BeforeEach
    void open() throws IOException {
        living = new Living(new SharedDirectory(root, "boot"), () -> now, Clock.fixed(touch, ZoneOffset.UTC), "a", "b");
    }

    @Test
    void siblings_liveOnceBothFilesHaveChanged() throws IOException {
        touch = touch.minusSeconds(17);
        touch("a", "b");
        living.look();
        assertFalse(living.all()); // they may have died before this loop began
        touch("a");
        living.look();
        assertFalse(living.all());
        touch("b");
        living.look();
        assertTrue(living.all());
        assertNull(living.problem());
    }

    @Test
    void siblings_thatWereAliveJustNowLiveAtFirstSight() throws IOException {
        touch = touch.minusSeconds(15);
        touch("a", "b");
        living.look();
        assertTrue(living.all());
    }

    @Test
    void sibling_thatHasFinishedMayBeSilent() throws IOException {
        bothLive();
        for (int second = 0; second < 45; second++) {
            touch("a");
            pass(Duration.ofSeconds(1));
        }
        assertTrue(living.lost(JOB, BOTH).isPresent());
        assertEquals(Optional.empty(), living.lost(JOB, List.of("a")));
    }

    @Test
    void sibling_thatIsSilentFor15SecondsIsDeadAndFor45Lost() throws IOException {
        bothLive();
        for (int second = 0; second < 44; second++) {
            assertEquals(second < 15, living.all());
            assertEquals(second < 15, living.problem() == null);
            assertEquals(Optional.empty(), living.lost(JOB, BOTH));
            touch("a");
            pass(Duration.ofSeconds(1));
        }
        pass(Duration.ofSeconds(1));
        assertEquals(Optional.of(Stopped.blameless(JOB, "b shows no sign of life")), living.lost(JOB, BOTH));
        assertTrue(living.problem().startsWith("b: no sign of life"), living.problem());
        touch("b");
        pass(Duration.ofMillis(1));
        assertTrue(living.all());
        assertEquals(Optional.empty(), living.lost(JOB, BOTH));
        assertNull(living.problem());
    }

    @Test
    void sibling_thatIsSilentIsLoggedWithGrowingPauses() throws IOException {
        try (Log log = Log.open()) {
            living = new Living(new SharedDirectory(root, "boot"), () -> now, Clock.fixed(touch, ZoneOffset.UTC),
                    "seldom-logged");
            for (int second = 1; second < 15 << 5; second++) {
                pass(Duration.ofSeconds(1));
            }
            assertEquals(5, log.lines("seldom-logged", "no sign of life"), log.text());
            assertEquals(1, log.lines("seldom-logged", "for 15 s"), log.text());
            assertEquals(1, log.lines("seldom-logged", "for 240 s"), log.text());
            for (int i = 0; i < 2; i++) {
                touch("seldom-logged");
                pass(Duration.ofSeconds(1));
            }
            assertEquals(1, log.lines("seldom-logged", "shows signs of life again"), log.text());
            assertEquals(6, log.lines("seldom-logged", ""), log.text());
        }
    }

    @Test
    void sibling_thatNeverCameIsLost() throws IOException {
        for (int second = 0; second < 45; second++) {
            assertEquals(Optional.empty(), living.lost(JOB, BOTH));
            touch("a");
            pass(Duration.ofSeconds(1));
        }
        assertEquals(Optional.of(Stopped.blameless(JOB, "b shows no sign of life")), living.lost(JOB, BOTH));
    }

    @Test
    void machine_thatStoodStillAndAClockThatJumpsKillNobody() throws IOException {
        bothLive();
        pass(Duration.ofHours(1));
        assertTrue(living.all());
        touch = touch.minus(Duration.ofDays(1));
        touch("a", "b");
        pass(Duration.ofSeconds(1));
        for (int second = 0; second < 14; second++) {
            assertTrue(living.all());
            pass(Duration.ofSeconds(1));
        }
    }

    private void bothLive() throws IOException {
        touch("a", "b");
        living.look();
        touch("a", "b");
        living.look();
        assertTrue(living.all());
    }

    private void pass(Duration time) {
        now += time.toNanos();
        living.look();
    }

    private void touch(String... programs) throws IOException {
        touch = touch.plusSeconds(1);
        for (String program : programs) {
            Path file = root.resolve(program + ".alive");
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            Files.setLastModifiedTime(file, FileTime.from(touch));
        }
    }
}
