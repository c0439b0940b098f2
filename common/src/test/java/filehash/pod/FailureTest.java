package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void longName_isCountedInCharactersAsMysqlDoes() {
        String longest = "\ud83d\ude00".repeat(256);
        assertNull(Failure.ofLongName(longest));
        assertEquals(new Failure(Failure.Kind.NAME_TOO_LONG,
                "the name has 257 characters, and FileHash.FileName holds 256"), Failure.ofLongName(longest + "x"));
    }
}
