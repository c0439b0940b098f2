package filehash.init;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.backends.Await;
import filehash.backends.EtcdServer;
import filehash.init.etcd.Range;
import filehash.init.etcd.Scan;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A folder that takes several pages. */
@Execution(ExecutionMode.CONCURRENT)
class ScanIT {
    private static final int PAGE = 20_000;

    @AutoClose
    private final Store store = Store.create();

    /** The next page begins after a key that is not UTF-8. As text it would be a later key, and skip some. */
    @Test
    void page_whoseLastKeyIsNoTextIsFollowedByAllOthers() throws Exception {
        List<String> all = new ArrayList<>();
        for (int i = 1; i < PAGE; i++) {
            all.add(String.format("a%05d", i));
        }
        all.addAll(List.of("b\u0a00", "b\ud83d\ude00", "c"));
        String folder = store.prefix() + "/folder/";
        try (Fill fill = new Fill(EtcdServer.shared().endpoint(), folder)) {
            for (String name : all) {
                fill.put(name, "");
            }
        }
        ByteSequence noText = Bytes.of(folder + "b").concat(ByteSequence.from(new byte[] {(byte) 0x80}));
        try (Client client = Client.builder().endpoints(EtcdServer.shared().endpoint()).build()) {
            client.getKVClient().put(noText, ByteSequence.EMPTY).get(Await.BOUND.toSeconds(), TimeUnit.SECONDS);
        }
        assertEquals(all, Await.answer("the scan", () -> {
            List<String> read = new ArrayList<>();
            Scan.read(store.etcd(),
                    List.of(new Scan(Range.names(folder), key -> read.add(key.name().substring(folder.length())))));
            return read;
        }));
    }
}
