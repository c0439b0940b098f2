package filehash.init.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Reads a folder of any size page by page, as of one revision, with no more than a page in memory.
 *
 * @param each receives the keys in order
 */
public record Scan(Range folder, Consumer<Snapshot.Key> each) {
    /** Takes some 8 MB of memory. */
    private static final int PAGE_KEYS = 20_000;
    private static final ByteSequence AFTER = ByteSequence.from(new byte[1]);

    /** @return the other ranges, read by the first call, as of the same revision */
    public static Snapshot read(Etcd etcd, List<Scan> folders, Range... others)
            throws IOException, InterruptedException {
        List<Op> first = new ArrayList<>();
        int page = Math.max(1, PAGE_KEYS / folders.size()); // together they are one page
        folders.forEach(scan -> first.add(scan.folder.page(page, 0).op()));
        Stream.of(others).forEach(range -> first.add(range.op()));
        TxnResponse answer = etcd.send("read " + folders.get(0).folder.start(), first);
        long revision = answer.getHeader().getRevision();
        List<GetResponse> parts = answer.getGetResponses();
        List<Snapshot.Key> rest = new ArrayList<>();
        parts.subList(folders.size(), parts.size()).forEach(part -> rest.addAll(Snapshot.keys(part)));
        List<ByteSequence> lasts = new ArrayList<>();
        for (int i = 0; i < folders.size(); i++) {
            lasts.add(folders.get(i).handOn(parts.get(i)));
        }
        for (int i = 0; i < folders.size(); i++) {
            folders.get(i).readFrom(lasts.get(i), etcd, revision);
        }
        return Snapshot.of(revision, rest);
    }

    /** How many keys a folder has; etcd answers from its index. */
    public static long count(Etcd etcd, String folder) throws IOException, InterruptedException {
        Op count = Op.get(Etcd.bytes(folder), GetOption.builder().withRange(Etcd.bytes(Range.end(folder)))
                .withCountOnly(true).build());
        return etcd.send("read " + folder, List.of(count)).getGetResponses().get(0).getCount();
    }

    private void readFrom(ByteSequence after, Etcd etcd, long revision) throws IOException, InterruptedException {
        Range page = folder.page(PAGE_KEYS, revision);
        ByteSequence last = after;
        while (last != null) {
            ByteSequence from = last.concat(AFTER);
            last = handOn(etcd.send("read " + page.start(), List.of(page.op(from))).getGetResponses().get(0));
        }
    }

    /** @return the last key of the page, UTF-8 or not; null after the last page */
    private ByteSequence handOn(GetResponse page) {
        Snapshot.keys(page).forEach(each);
        return page.isMore() ? page.getKvs().get(page.getKvs().size() - 1).getKey() : null;
    }
}
