package filehash.init.webhook;

import filehash.init.etcd.Range;
import filehash.init.etcd.Snapshot;
import filehash.init.tree.Tree;
import filehash.pod.Names;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The marks of summaries that are to be posted, as this pod knows them. Each look reads one page of them, because all
 * posts of a page may fail, and those of other pages must not wait for that. Main thread only.
 */
final class Marks {
    private static final int PAGE = 100;

    private final Tree tree;
    private final Map<String, Mark> marks = new HashMap<>();
    /** The last request of the page that was read last; empty if the first page is next. */
    private String readUntil = "";

    Marks(Tree tree) {
        this.tree = tree;
    }

    /** Those that the next look is to read. */
    Range next() {
        Range page = Range.names(tree.webhooks()).page(PAGE, 0);
        return readUntil.isEmpty() ? page : page.after(tree.webhook(readUntil));
    }

    /** Learns from a look, which has read {@link #next}. */
    void see(Snapshot look, long now) {
        Set<String> found = new HashSet<>();
        for (Snapshot.Key key : look.below(tree.webhooks()).values()) {
            String request = key.name().substring(tree.webhooks().length());
            found.add(request);
            Mark known = marks.get(request);
            if (known == null || known.revision() < key.modified()) {
                marks.put(request, Mark.ofOthers(request, key.modified(), (int) key.version() - 1, now));
            }
        }
        String last = found.size() < PAGE ? null : Collections.max(found, Names.ORDER);
        marks.values().removeIf(mark -> !found.contains(mark.request()) && mark.revision() <= look.revision()
                && isRead(mark.request(), last));
        readUntil = last == null ? "" : last;
    }

    /** @param last the last one that was read; null at the end of all */
    private boolean isRead(String request, String last) {
        return Names.ORDER.compare(request, readUntil) > 0 && (last == null || Names.ORDER.compare(request, last) <= 0);
    }

    /** The one that has been due for longest. */
    Optional<Mark> due(long now) {
        return marks.values().stream().filter(mark -> mark.isDue(now))
                .min(Comparator.comparingLong(mark -> mark.dueAt() - now));
    }

    void put(Mark mark) {
        marks.put(mark.request(), mark);
    }

    void remove(Mark mark) {
        marks.remove(mark.request());
    }

    void forget() {
        marks.clear();
        readUntil = "";
    }

    int size() {
        return marks.size();
    }
}
