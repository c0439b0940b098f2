package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {
    private static final List<String> HARD = List.of("a", "A", "a.b", "a/b", "a%2Fb", "a%b", "a b", "a+b", "..", ".",
            "a.part",
            "a.failed", "a.name", "=a", "=", "%", "ä", "日本", "\uD83D\uDE00", "\uFFFD", "\u0001", "a\n", "dir/", "~",
            "-_");

    @Test
    void fileName_isPlainAsciiWithoutDotOrSlash() {
        for (String name : HARD) {
            assertTrue(Names.fileName(name).matches("[A-Za-z0-9_%-]+"), name);
        }
        assertEquals("a%2Eb%2Fc%20%C3%A4", Names.fileName("a.b/c ä"));
    }

    @Test
    void fileName_isDecodedToTheNameAndDiffersForDifferentNames() {
        Set<String> files = new HashSet<>();
        for (String name : HARD) {
            assertEquals(name, Names.decoded(Names.fileName(name)));
            assertTrue(files.add(Names.fileName(name)), name);
        }
    }

    @Test
    void fileName_ofALongNameLeavesRoomForTheSuffixes() {
        String fits = "x".repeat(225);
        assertEquals(fits, Names.fileName(fits));
        assertFalse(Names.tooLong(Names.fileName(fits)));
        for (String name : List.of("x".repeat(226), "ä".repeat(42), "=".repeat(1024))) {
            String file = Names.fileName(name);
            assertTrue(Names.tooLong(file), file);
            assertEquals(65, file.length());
        }
        assertNotEquals(Names.fileName("x".repeat(300)), Names.fileName("x".repeat(301)));
    }

    @Test
    void order_isThatOfUtf8BytesAndNotOfChars() {
        List<String> names = new ArrayList<>(List.of("\uD83D\uDE00", "\uFFFD", "b", "a/", "a.", "a", "ä", "ab", "A",
                "a0"));
        names.sort(Names.ORDER);
        assertEquals(List.of("A", "a", "a.", "a/", "a0", "ab", "b", "ä", "\uFFFD", "\uD83D\uDE00"), names);
    }

    @Test
    void order_isThatOfTheBytesForAllPairsOfCharacters() {
        List<String> hard = List.of("", "a", "/", "0", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000",
                "\uffff", "\ud800\udc00", "\ud800\udfff", "\ud801\udc00", "\udbff\udfff");
        for (String first : hard) {
            for (String second : hard) {
                assertOrder(first, second);
                assertOrder("x" + first, "x" + second);
                assertOrder(first + "x", second);
                assertOrder(first + second, second + first);
            }
        }
    }

    private static void assertOrder(String a, String b) {
        int bytes = Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
        assertEquals(Integer.signum(bytes), Integer.signum(Names.ORDER.compare(a, b)), "'" + a + "' and '" + b + "'");
    }
}
