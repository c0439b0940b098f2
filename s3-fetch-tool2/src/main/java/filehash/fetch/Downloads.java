package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.Listing;
import filehash.fetch.transfer.Transfers;
import filehash.pod.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The downloads in the order of names, and what they hold together. Thousands of small objects may run ahead, so only
 * failures cost a look at all of them. One thread's.
 */
final class Downloads implements AutoCloseable {
    private final Entries entries;
    private final Transfers transfers;
    private final Consumer<Download> end;
    private final List<Download> all = new ArrayList<>();
    private final Queue<Download> ended = new ConcurrentLinkedQueue<>();
    private int files;
    private long bytes;
    private long memory;

    /** @param news called by other threads, when a download has ended */
    Downloads(Entries entries, Transfers transfers, Runnable news) {
        this.entries = entries;
        this.transfers = transfers;
        this.end = download -> {
            ended.add(download);
            news.run();
        };
    }

    /** The last of them, fetched into memory or into an entry's file. */
    void begin(Item item, boolean inMemory) throws IOException {
        add(begun(item, inMemory));
    }

    /** The last of them, which cannot be had. */
    void add(Item item, Failure impossible) {
        add(Download.impossible(item, impossible));
    }

    private void add(Download last) {
        all.add(last);
        count(last, 1);
    }

    private Download begun(Item item, boolean inMemory) throws IOException {
        Download download = new Download(item, inMemory ? null : entries.open(item.name()), end);
        transfers.begin(download);
        return download;
    }

    /** Fetches one again: now or, where it wants more room than it has, after all before it. */
    void beginAgain(Download old, Item item, Listing listing) throws IOException {
        if (item.size() > old.reserved()) {
            giveBack(old, item, listing);
            return;
        }
        discard(old); // once more, where there was no room for the next one's entry
        Download fresh = begun(item, old.inMemory());
        all.set(all.indexOf(old), fresh);
        old.gone();
        count(old, -1);
        count(fresh, 1);
    }

    /** Lets go of one and of all after it: they may hold the room that it needs. It will be the next to begin. */
    void giveBack(Download first, Item item, Listing listing) throws IOException {
        for (Download last = null; last != first;) {
            last = all.get(all.size() - 1);
            discard(last);
            all.remove(all.size() - 1);
            last.gone();
            count(last, -1);
            listing.giveBack((last == first ? item : last.item()).notRefused()); // by then rights may be others
        }
    }

    /** Lets go of all entries on their way. */
    void giveBackFiles(Listing listing) throws IOException {
        for (Download download : files == 0 ? List.<Download>of() : List.copyOf(all)) {
            if (!download.inMemory()) {
                giveBack(download, download.item(), listing);
                return;
            }
        }
    }

    /** Nothing of it reaches files/ any more, and nothing of it is left there but what is published. */
    void discard(Download download) throws IOException {
        if (!download.inMemory()) {
            entries.discard(download.item().name());
        }
        download.close();
    }

    /** The first is published. */
    void removeFirst() {
        Download first = all.remove(0);
        first.gone();
        count(first, -1);
    }

    private void count(Download download, int sign) {
        files += download.inMemory() ? 0 : sign;
        bytes += sign * download.reserved();
        memory += sign * download.memory();
    }

    /** One that has ended since it was asked for last, or null. It may have been let go of meanwhile. */
    Download nextEnded() {
        return ended.poll();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    /** Null where there is none. */
    Download first() {
        return all.isEmpty() ? null : all.get(0);
    }

    Download get(int index) {
        return all.get(index);
    }

    /** How many have entries. */
    int files() {
        return files;
    }

    /** Of FILES_BYTES. */
    long bytes() {
        return bytes;
    }

    /** Of the heap. */
    long memory() {
        return memory;
    }

    @Override
    public void close() throws IOException {
        for (Download download : all) {
            download.close();
        }
        for (Download download : all) {
            discard(download);
        }
    }
}
