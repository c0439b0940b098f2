package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.init.command.screen.Cells;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitCommandTest {
    @ParameterizedTest
    @CsvSource({"/photos/, photos", "/photos/2026 (new)/, photos-2026-new", "/, all", "My.Bucket, my-bucket",
            "/写真/, 写真", "/one/two/three/four/five/six/seven/eight/nine/, three-four-five-six-seven-eight-nine"})
    void id_hasTheWordsOfTheFolder(String folder, String words) {
        assertEquals(words, SubmitCommand.words(folder));
    }

    @Test
    void priority_thatIsNoNumberIsRefused() {
        Called refused = Called.with(Map.of(), "submit", "s3://b/a", "--method", "MD5", "--priority", "high");
        assertEquals("priority 'high' is not a whole number of at most 9 digits\nTry 'filehash submit --help'.\n",
                refused.err());
        assertEquals(64, refused.code());
    }

    @Test
    void id_isQuotedForAShell() {
        assertEquals("2026-11-30-photos", Cells.quoted("2026-11-30-photos"));
        assertEquals("'my photos'", Cells.quoted("my photos"));
        assertEquals("'$(a)'\\''b'", Cells.quoted("$(a)'b"));
    }
}
