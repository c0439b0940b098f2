package filehash.init.search;

import filehash.job.JobId;
import filehash.pod.SharedDirectory;
import filehash.pod.SignOfLife;
import filehash.pod.Stopped;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects whether the siblings are alive: each touches a file of its own from its loop. A sibling counts as dead after
 * this loop has seen its file unchanged for long enough, so a clock that jumps and a machine that was frozen do no
 * harm. The clock decides only when a file is first seen: one touched in the last 15 s counts as changed. The downside
 * is that a sibling that died just before init-pod started counts as alive for 15 s. Main thread only, except for
 * {@link #problem}.
 */
public final class Living {
    private static final Logger LOG = LoggerFactory.getLogger(Living.class);
    /** Unrelated to LEASE_SECONDS: a sibling touches its file from its loop, whatever etcd does. */
    private static final Duration DEAD = Duration.ofSeconds(15);
    /** How much longer a job waits for a sibling that may be restarting. */
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private final LongSupplier clock;
    private final Clock wall;
    private final List<Sign> signs;
    private long lookedAt;

    private final class Sign {
        private final String program;
        private final SignOfLife file;
        private final Reminders reminders = new Reminders(DEAD);
        private FileTime last;
        private boolean seen;
        private Duration silent = Duration.ZERO;
        private volatile boolean dead;

        Sign(String program, SignOfLife file) {
            this.program = program;
            this.file = file;
        }

        /** The sibling and this loop read the same clock, that of their machine. */
        private boolean isFresh(FileTime touched) {
            return Duration.between(touched.toInstant(), wall.instant()).abs().compareTo(DEAD) < 0;
        }

        void look(Optional<FileTime> touched, Duration time) {
            boolean changed = touched.isPresent()
                    && (last == null ? isFresh(touched.get()) : !touched.get().equals(last));
            seen |= changed;
            silent = changed ? Duration.ZERO : silent.plus(time);
            last = touched.orElse(last);
            dead = silent.compareTo(DEAD) >= 0;
            if (reminders.due(silent)) {
                LOG.warn("{} for {} s", problem(), silent.toSeconds());
            } else if (changed && reminders.end()) {
                LOG.info("{}: shows signs of life again", program);
            }
        }

        String problem() {
            return program + ": no sign of life in the shared directory";
        }
    }

    /**
     * @param clock in nanoseconds; measures how long a file is unchanged
     * @param wall the clock of the files' times
     */
    public Living(SharedDirectory directory, LongSupplier clock, Clock wall, String... programs) {
        this.wall = wall;
        this.signs = Stream.of(programs)
                .map(program -> new Sign(program, SignOfLife.of(directory, program))).toList();
        this.clock = clock;
        this.lookedAt = clock.getAsLong();
    }

    /** The loop calls it at each step. */
    void look() {
        long now = clock.getAsLong();
        Duration time = Duration.ofNanos(now - lookedAt);
        lookedAt = now;
        for (Sign sign : signs) {
            sign.look(touched(sign), time.compareTo(LONGEST_LOOK) < 0 ? time : LONGEST_LOOK);
        }
    }

    private static Optional<FileTime> touched(Sign sign) {
        try {
            return sign.file.touched();
        } catch (IOException e) {
            return Optional.empty(); // as if the file were absent: if that lasts, the sibling counts as dead
        }
    }

    /** Whether both are alive, so that a job may be claimed. */
    boolean all() {
        return signs.stream().allMatch(sign -> sign.seen && !sign.dead);
    }

    /** Why the job waits no longer for those of its siblings that have not finished it, or empty. */
    public Optional<Stopped> lost(JobId id, List<String> busy) {
        return signs.stream().filter(sign -> busy.contains(sign.program)
                && sign.silent.compareTo(DEAD.plus(GRACE)) >= 0).findFirst()
                .map(sign -> Stopped.blameless(id, sign.program + " shows no sign of life"));
    }

    /** The siblings that show no sign of life, or null. */
    public String problem() {
        return signs.stream().filter(sign -> sign.dead).map(Sign::problem).findFirst().orElse(null);
    }
}
