package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitTest {
    @ParameterizedTest
    @CsvSource({"/photos/, photos", "/photos/2026 (new)/, photos-2026-new", "/, all", "My.Bucket, my-bucket",
            "/写真/, 写真", "/one/two/three/four/five/six/seven/eight/nine/, three-four-five-six-seven-eight-nine"})
    void id_hasTheWordsOfTheFolder(String folder, String words) {
        assertEquals(words, Submit.words(folder));
    }

    @Test
    void id_isQuotedForAShell() {
        assertEquals("2026-11-30-photos", Submit.quoted("2026-11-30-photos"));
        assertEquals("'my photos'", Submit.quoted("my photos"));
        assertEquals("'$(a)'\\''b'", Submit.quoted("$(a)'b"));
    }
}
