package filehash.init.command.screen;

import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.StatusSurvey;
import filehash.program.Json;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How status prints what it found, once or again and again. */
public interface Output extends AutoCloseable {
    /** @param one whether a single request was asked for */
    void show(StatusSurvey.Found found, boolean one);

    /** etcd did not answer; what was shown is old. */
    void trouble(String message);

    @Override
    default void close() {
    }

    /** One line of JSON each time. */
    record Lines(PrintStream out, PrintStream err) implements Output {
        /** What --json prints. */
        public record Document(Instant time, List<RequestStatus> requests, int more) {
        }

        @Override
        public void show(StatusSurvey.Found found, boolean one) {
            out.println(Json.write(new Document(Instant.now().truncatedTo(ChronoUnit.MILLIS),
                    Stream.concat(found.open().stream(), found.done().stream()).toList(), found.more())));
        }

        @Override
        public void trouble(String message) {
            err.println(message);
        }
    }

    /** A picture for a terminal; one that is watched is drawn again in place. */
    final class Drawn implements Output {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
        private final Screen screen;
        private final Paint paint;
        private final boolean again;
        private List<String> last = List.of();

        public Drawn(Screen screen, Paint paint, boolean again) {
            this.screen = screen;
            this.paint = paint;
            this.again = again;
        }

        @Override
        public void show(StatusSurvey.Found found, boolean one) {
            screen.measure();
            Picture picture = new Picture(screen.width(), paint);
            last = one ? picture.of(found.open().get(0))
                    : picture.of(found, LocalTime.now().format(TIME), again ? screen.rows() : Integer.MAX_VALUE);
            if (again) {
                screen.draw(last);
            } else {
                screen.print(last);
            }
        }

        @Override
        public void trouble(String message) {
            screen.measure();
            List<String> lines = new ArrayList<>(); // above, because a short terminal shows no line below
            message.lines().forEach(line -> lines.addAll(Cells.wrap(paint.red(Cells.shown(line)), screen.width())));
            lines.addAll(last);
            screen.draw(lines);
        }

        @Override
        public void close() {
            screen.close();
        }
    }

    /** Lines for a log or another program: one for each request, when it has changed, but not too often. */
    final class Plain implements Output {
        private static final long PAUSE_NANOS = 10_000_000_000L;
        private final PrintStream out;
        private final PrintStream err;
        private List<String> last = List.of();
        private List<RequestStatus.State> states = List.of();
        private long at;

        public Plain(PrintStream out, PrintStream err) {
            this.out = out;
            this.err = err;
        }

        @Override
        public void show(StatusSurvey.Found found, boolean one) {
            List<RequestStatus> all = Stream.concat(found.open().stream(), found.done().stream()).toList();
            List<RequestStatus.State> now = all.stream().map(RequestStatus::state).toList();
            boolean stands = one && all.stream().allMatch(RequestStatus::stands); // it is not shown again
            if (now.equals(states) && !stands && System.nanoTime() - at < PAUSE_NANOS) {
                return;
            }
            List<String> lines = new ArrayList<>(all.stream().map(Plain::line).toList());
            if (found.more() > 0) {
                lines.add("and " + Amounts.count(found.more(), "more request"));
            }
            if (all.isEmpty()) {
                lines.add("No request is open, and none is done.");
            }
            lines.stream().filter(line -> !last.contains(line)).forEach(out::println);
            last = lines;
            states = now;
            at = System.nanoTime();
        }

        public static String line(RequestStatus request) {
            Phrases is = new Phrases(request);
            List<String> parts = new ArrayList<>(List.of(is.state(), is.priority()));
            if (is.isBegun() && request.share() != null) {
                parts.add(is.share());
            }
            if (is.isBegun() || request.ended()) {
                parts.addAll(is.amounts());
            }
            parts.add(String.join(", ", is.jobs()));
            parts.add(is.bound());
            parts.add(is.failed());
            parts.add(is.problem());
            parts.addAll(is.parked());
            parts.addAll(is.failing());
            String source = is.source().isEmpty() ? "" : " " + is.source() + " " + is.methods();
            return is.id() + source + ": " + String.join("; ", parts.stream().filter(part -> !part.isEmpty()).toList());
        }

        @Override
        public void trouble(String message) {
            err.println(message);
        }
    }
}
