package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.fetch.s3.StartAfter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The characters seen at each position of names. Digits in this alphabet show better where names lie than digits
 * in all of Unicode, where nearly every number in between stands for no name. Bounded, whatever the names are.
 */
final class Alphabet {
    private static final int EVERY = 37;
    private static final int MOST_POSITIONS = 1024;
    private static final int MOST_CHARACTERS = 512;
    private static final int FIRST_BEYOND_ASCII = 0x80;
    /** How many characters stand for those between two that are beyond ASCII. */
    private static final int BETWEEN = 16;

    private final List<TreeSet<Integer>> seen = new ArrayList<>();

    /** Looks at some names of a page. */
    void look(List<Listed> page) {
        for (int i = 0; i < page.size(); i += EVERY) {
            look(CodePoints.of(page.get(i).name()));
        }
    }

    private void look(int[] name) {
        for (int at = 0; at < Math.min(name.length, MOST_POSITIONS); at++) {
            if (at == seen.size()) {
                seen.add(new TreeSet<>());
            }
            if (seen.get(at).size() < MOST_CHARACTERS && StartAfter.isPlain(name[at])) {
                seen.get(at).add(name[at]);
            }
        }
    }

    /**
     * The characters that may stand at a position, in their order.
     *
     * @param low a character that must be among them, or negative
     * @param high another one
     */
    int[] at(int position, int low, int high) {
        TreeSet<Integer> all = position < seen.size() ? new TreeSet<>(seen.get(position)) : new TreeSet<>();
        if (all.size() < 2) {
            for (int c = '!'; c <= '~'; c++) {
                addPlain(all, c);
            }
        }
        int most = Math.max(low, high);
        if (most >= FIRST_BEYOND_ASCII) {
            int least = Math.min(low, high) < 0 ? FIRST_BEYOND_ASCII : Math.min(low, high);
            for (int i = 1; i <= BETWEEN; i++) {
                addPlain(all, least + (int) ((long) (most - least) * i / (BETWEEN + 1)));
            }
        }
        if (low >= 0) {
            all.add(low);
        }
        if (high >= 0) {
            all.add(high);
        }
        return all.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void addPlain(TreeSet<Integer> all, int character) {
        if (StartAfter.isPlain(character)) {
            all.add(character);
        }
    }
}
