package filehash.fetch.plan;

import filehash.fetch.s3.StartAfter;
import filehash.pod.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Chooses where idle streams dive into a stretch. */
final class Pivots {
    /** Where other names may begin, if nothing is known of the last one. */
    private static final List<String> LADDER = List.of("0", "9", "A", "M", "Z", "_", "a", "h", "p", "z", "~", "\u03ff",
            "\u3fff", "\ufffd", "\ud83f\udffd", "\udbff\udffd");

    private final Stretch stretch;
    private final Alphabet alphabet;
    private final int[] cursor;
    private final Set<String> chosen = new LinkedHashSet<>();

    private Pivots(Stretch stretch, Alphabet alphabet) {
        this.stretch = stretch;
        this.alphabet = alphabet;
        this.cursor = CodePoints.of(stretch.cursor);
    }

    /** Chooses at most so many names at which the stretch may be cut. */
    static List<String> of(Stretch stretch, int most, Alphabet alphabet) {
        Pivots pivots = new Pivots(stretch, alphabet);
        pivots.choose(most);
        return pivots.chosen.stream().filter(StartAfter::isSafe).limit(most).toList();
    }

    private void choose(int most) {
        List<String> borders = borders(most);
        if (stretch.end == null) {
            chosen.add(LADDER.get(LADDER.size() - 1));
            addSpread(borders, Math.max(1, most / 2));
            addSpread(LADDER.stream().filter(stretch::canBeCutAt).toList(), most - chosen.size());
            return;
        }
        addSpread(borders, Math.max(1, most / 3));
        String top = Stream.concat(chosen.stream(), Stream.of(stretch.end)).min(Names.ORDER).orElseThrow();
        int left = most - chosen.size();
        int near = chosen.isEmpty() ? left : left / 2;
        addBetween(top, near);
        addBetween(stretch.end, left - near);
    }

    /**
     * The ends of the folders around the cursor, or of whatever names begin alike there, from the widest to the
     * narrowest: the last page shows how deep the names lie.
     */
    private List<String> borders(int most) {
        int deepest = CodePoints.shared(CodePoints.of(stretch.pageFirst), cursor);
        int widest = stretch.end == null ? 1 : CodePoints.shared(cursor, CodePoints.of(stretch.end)) + 1;
        List<String> borders = new ArrayList<>();
        for (int length = widest; length <= deepest; length++) {
            String border = CodePoints.afterAll(cursor, length);
            if (border != null && stretch.canBeCutAt(border)) {
                borders.add(border);
            }
        }
        return borders;
    }

    private void addSpread(List<String> from, int most) {
        int count = Math.min(most, from.size());
        for (int i = 0; i < count; i++) {
            chosen.add(from.get(count == 1 ? 0 : (int) ((long) i * (from.size() - 1) / (count - 1))));
        }
    }

    private void addBetween(String end, int count) {
        Between between = new Between(stretch.cursor, end, alphabet);
        for (int i = 1; i <= count; i++) {
            String pivot = between.at((double) i / (count + 1));
            if (pivot != null) {
                chosen.add(pivot);
            }
        }
    }
}
