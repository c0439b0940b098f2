package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.pod.Names;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartAfterTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", " ", "!", "&", "\u007f", "\u00a1", "\ue000", "\ufdf0", "\ufffd", "\ud800\udc00",
            "\ud840\udc01", "\u0001", "%", "\uffff"})
    void justBefore_isANameOfWholeCharactersWithNextToNothingInBetween(String last) {
        for (String stem : new String[] {"", "IMG_", "\ud840\udc00"}) {
            String name = stem + last;
            String before = StartAfter.justBefore(name);
            assertTrue(Names.ORDER.compare(before, name) < 0, name);
            assertTrue(StartAfter.isSafe(before), name);
            IntStream.range(' ', last.codePointAt(0)).filter(StartAfter::isPlain)
                    .mapToObj(c -> stem + Character.toString(c) + "z")
                    .forEach(earlier -> assertTrue(Names.ORDER.compare(earlier, before) < 0, earlier));
        }
    }

    @Test
    void safe_endsAtTheFirstCharacterThatAServerMayMisread() {
        assertEquals("100", StartAfter.safe("", "100%/a"));
        assertEquals("a", StartAfter.safe("", "a\u0001b"));
        assertEquals("\u00e4".repeat(512), StartAfter.safe("", "\u00e4".repeat(600)));
        assertEquals("\u00e4".repeat(507), StartAfter.safe("photos/x/", "\u00e4".repeat(600)));
    }
}
