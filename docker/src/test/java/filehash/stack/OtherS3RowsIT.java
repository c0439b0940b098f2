package filehash.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.EtcdServer;
import filehash.backends.OtherS3;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a request to its rows with any S3 server: {@link OtherS3} says which. */
class OtherS3RowsIT {
    @TempDir
    private Path temp;

    @Test
    void rows_areThoseOfAllObjectsThatTheServerHolds() throws Exception {
        try (OtherS3 s3 = OtherS3.open()) {
            SortedMap<String, String> held = s3.layMany(Stack.ROOT + "/");
            assertTrue(held.size() > OtherS3.OBJECTS + 20, held.size() + " objects are held");
            Stack stack = new Stack("others3", temp, EtcdServer.shared(), s3);
            stack.putConf();
            stack.startPod("pod-a");
            try {
                stack.putRequest("1", 3, "SHA256");
                stack.awaitDoneAtOnce("1");
                assertEquals(held.entrySet().stream().map(object -> "SHA256 " + object.getValue() + " "
                        + object.getKey()).sorted().toList(), stack.rows());
                assertEquals(List.of(), stack.query("SELECT CONCAT(FileName, ': ', Message) FROM FileHashError"));
                assertEquals(List.of("yes"), stack.query("SELECT Complete FROM FileHashProof"));
            } finally {
                stack.end();
            }
        }
    }
}
