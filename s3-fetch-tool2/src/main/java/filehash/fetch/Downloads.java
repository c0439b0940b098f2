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
 * The downloads in the order of names, with the sums of the files, bytes and memory that they hold, and whether these
 * leave room for another. Thousands of small objects may run ahead, so only a failure searches through all of them.
 * Owned by one thread.
 */
final class Downloads implements AutoCloseable {
    private final Entries entries;
    private final Capacity capacity;
    private final Transfers transfers;
    private final Consumer<Download> end;
    private final List<Download> all = new ArrayList<>();
    private final Queue<Download> ended = new ConcurrentLinkedQueue<>();
    private int files;
    private long bytes;
    private long memory;

    /** @param news called by other threads when a download has ended */
    Downloads(Entries entries, Capacity capacity, Transfers transfers, Runnable news) {
        this.entries = entries;
        this.capacity = capacity;
        this.transfers = transfers;
        this.end = download -> {
            ended.add(download);
            news.run();
        };
    }

    /** Starts a download behind all others, into memory, into the file of an entry, or into segments. */
    void begin(Item item, boolean inMemory) throws IOException {
        add(begun(item, inMemory));
    }

    /** Appends an object that fails without a request. */
    void add(Item item, Failure impossible) {
        add(Download.impossible(item, impossible));
    }

    private void add(Download last) {
        all.add(last);
        count(last, 1);
    }

    private Download begun(Item item, boolean inMemory) throws IOException {
        boolean streamed = capacity.isStreamed(item.size());
        Download download = new Download(item, inMemory || streamed ? null : entries.open(item.name()),
                streamed ? entries.stream(item, capacity) : null, capacity.reserve(item.size()), end);
        transfers.begin(download);
        return download;
    }

    /** Starts a download again: at once or, if the object has grown, after all before it. */
    void beginAgain(Download old, Item item, Listing listing) throws IOException {
        if (capacity.reserve(item.size()) > old.reserved() || old.inMemory() && capacity.isStreamed(item.size())) {
            giveBack(old, item, listing);
            return;
        }
        discard(old); // again, if there was no room to create the new entry the last time
        Download fresh = begun(item, old.inMemory());
        all.set(all.indexOf(old), fresh);
        old.gone();
        count(old, -1);
        count(fresh, 1);
    }

    /** Drops a download and all after it, which may hold the room that it needs. It will be the next to begin. */
    void giveBack(Download first, Item item, Listing listing) throws IOException {
        for (Download last = null; last != first;) {
            last = all.get(all.size() - 1);
            discard(last);
            all.remove(all.size() - 1);
            last.gone();
            count(last, -1);
            listing.giveBack((last == first ? item : last.item()).notRefused()); // rights may have changed by then
        }
    }

    /** Drops all downloads from the first one with a file on, but not the head. Returns whether there was one. */
    boolean giveBackFiles(Listing listing) throws IOException {
        for (int i = 1; files > 0 && i < all.size(); i++) {
            Download download = all.get(i);
            if (!download.inMemory()) {
                giveBack(download, download.item(), listing);
                return true;
            }
        }
        return false;
    }

    /** Whether a large object is among them. */
    boolean hasStreams() {
        return files > 0 && all.stream().anyMatch(download -> download.stream() != null);
    }

    /** Ends a download and removes its unfinished file. Nothing of it reaches files/ afterwards. */
    void discard(Download download) throws IOException {
        if (download.stream() != null) {
            download.stream().discard();
        } else if (!download.inMemory()) {
            entries.discard(download.item().name());
        }
        download.close();
    }

    /** Removes the first download, which has been published. */
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

    /** Returns a download that has ended since the last call, or null. It may have been dropped in the meantime. */
    Download nextEnded() {
        return ended.poll();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    int size() {
        return all.size();
    }

    /** Null if there is none. */
    Download first() {
        return all.isEmpty() ? null : all.get(0);
    }

    Download get(int index) {
        return all.get(index);
    }

    /** The number of downloads with entries. */
    int files() {
        return files;
    }

    /** The bytes that count towards FILES_BYTES. */
    long bytes() {
        return bytes;
    }

    /** Whether FILES_BYTES has room for one more object of this size. */
    boolean hasBytes(long size) {
        return entries.bytes() + bytes + capacity.reserve(size) <= capacity.bytes();
    }

    /** Whether there is an entry for one more object, although all before it need entries too. */
    boolean hasEntry() {
        return entries.size() + all.size() < capacity.files();
    }

    /** Whether there is an entry for one more object of this size or, if it runs ahead, memory. */
    boolean hasPlace(long size) {
        return capacity.runsAhead(size, hasEntry()) ? memory + size <= Capacity.MEMORY : hasEntry() || mayPass();
    }

    /** Whether a larger object may have an entry before the small ones in front of it: they find another one. */
    private boolean mayPass() {
        return files < capacity.passing() && entries.size() + files < capacity.files();
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
