package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong usage is named before a command looks for etcd. */
class CommandsTest {
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"',
            value = {"statsu, Did you mean: filehash status", "status --wacth, --watch", "submit, s3://BUCKET/FOLDER",
                    "submit photos --method MD5, 'photos' is not s3://BUCKET/FOLDER",
                    "submit s3://b/a --method MD5 --timeout 5, --timeout needs --wait",
                    "submit s3://b/a --method MD5 --wait --timeout 0, --timeout 0 is less than 1",
                    "submit s3://b/a --method SHA3, SHA3", "submit s3://b/a --method MD5 --jobs many, job 'many'",
                    "status --timeout 5, --timeout needs an ID and --watch",
                    "status 1 --timeout 5, --timeout needs an ID",
                    "status --watch --timeout 5, --timeout needs an ID", "status --done -1, --done -1 is less than 0",
                    "status a/b, 'a/b' is no id of a request", "pause a/b, 'a/b' is no id of a request", "cancel, ID",
                    "page --port 0, --port 0 is not from 1 to 65535", "retry 1 2, '2'"})
    void wrongUsage_isNamed(String arguments, String problem) {
        Called called = Called.with(Map.of("ETCD_ENDPOINTS", "http://127.0.0.1:1"), arguments.split(" "));
        assertTrue(called.err().contains(problem), called.err());
        assertTrue(called.err().contains("\nTry 'filehash"), called.err());
        assertEquals(64, called.code());
        assertEquals("", called.out());
    }
}
