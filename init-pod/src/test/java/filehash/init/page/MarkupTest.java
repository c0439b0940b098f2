package filehash.init.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
    private static final int LARGEST = 40_000;
    /** By the Web Content Accessibility Guidelines, level AA: of text, and of what is not text. */
    private static final double TEXT = 4.5;
    private static final double SHAPE = 3;

    private final String page = new String(Markup.load().bytes(), StandardCharsets.UTF_8);

    @Test
    void page_isSmallAndLoadsNothing() {
        assertTrue(page.length() < LARGEST, page.length() + " bytes");
        assertEquals(List.of("http://www.w3.org/2000/svg"), Pattern.compile("https?://[a-z0-9][^'\"\\s)]*")
                .matcher(page).results().map(MatchResult::group).distinct().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void colours_areReadableInLightAndInDark(int theme) {
        String colours = Pattern.compile(":root \\{(.*?)}", Pattern.DOTALL).matcher(page).results().toList().get(theme)
                .group(1);
        Map<String, String> all = Pattern.compile("--([a-z]+): #([0-9a-f]+)").matcher(colours).results()
                .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
        for (String ground : List.of("card", "ground")) {
            for (String text : List.of("ink", "dim", "link", "done", "work", "again", "park")) {
                assertContrast(TEXT, all, text, ground);
            }
        }
        List.of("ink", "link", "park").forEach(text -> assertContrast(TEXT, all, text, "alarm"));
        assertContrast(SHAPE, all, "wait", "card");
    }

    private static void assertContrast(double least, Map<String, String> all, String one, String other) {
        double a = luminance(all.get(one));
        double b = luminance(all.get(other));
        double contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        assertTrue(contrast >= least, one + " on " + other + ": " + contrast);
    }

    private static double luminance(String hex) {
        String six = hex.length() == 3 ? hex.replaceAll("(.)", "$1$1") : hex;
        double[] linear = IntStream.of(0, 2, 4).mapToDouble(i -> Integer.parseInt(six.substring(i, i + 2), 16) / 255.0)
                .map(part -> part <= 0.03928 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4)).toArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
