package filehash.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class HashMethodTest {
    @Test
    void parse_takesAnyCaseAndHyphensAndCountsAMethodOnce() {
        assertEquals(List.of(HashMethod.SHA256), HashMethod.parse(" sha-256\n"));
        assertEquals(List.of(HashMethod.SHA1, HashMethod.MD5), HashMethod.parse("Sha-1, md5,SHA1"));
        assertEquals(List.of(HashMethod.values()), HashMethod.parse("MD5,SHA1,SHA224,SHA256,SHA384,SHA512"));
    }

    @Test
    void join_isTheOppositeOfParse() {
        assertEquals("MD5", HashMethod.join(List.of(HashMethod.MD5)));
        assertEquals(List.of(HashMethod.SHA1, HashMethod.MD5),
                HashMethod.parse(HashMethod.join(List.of(HashMethod.SHA1, HashMethod.MD5))));
    }

    @Test
    void parse_namesWhatItDoesNotKnow() {
        for (String wrong : List.of("CRC32", "", "MD5,", "MD5;SHA1", "SHA-3")) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> HashMethod.parse(wrong), wrong);
            assertTrue(e.getMessage().contains("none of [MD5, SHA1, SHA224, SHA256, SHA384, SHA512]"), e.getMessage());
        }
    }
}
