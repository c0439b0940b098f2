package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import java.util.List;
import java.util.Optional;

/** Names that one stream lists: those after its cursor, up to and with its end. */
final class Stretch {
    /** The last name that may belong to it, whether there is such an object or not; null if any may. */
    String end;
    /** The last name that was listed, or the one after which it begins. */
    String cursor = "";
    /** The token of the page after the cursor. */
    String token;
    /** The first name that was listed, or null. */
    String first;
    /** The first name of the last page. */
    String pageFirst;
    long objects;
    long bytes;
    /** Whether its next page is under way. */
    boolean busy;
    /** The dives into it that have no answer yet. */
    int dives;
    int pagesSinceCut;
    /** The piece of the cursor; before anything is listed, the piece before the first name. */
    private Piece tail;

    Stretch(String end, Piece tail) {
        this.end = end;
        this.tail = tail;
    }

    Piece tail() {
        return tail;
    }

    /** Checks the objects that are listed after a name. */
    static void requireOrder(String after, List<Listed> listed) throws GiveUp {
        Optional<String> wrong = outOfOrder(after, listed);
        if (wrong.isPresent()) {
            throw GiveUp.root("the S3 server lists in another order than by UTF-8 bytes, or lists a name twice: "
                    + wrong.get());
        }
    }

    /** The first object that does not come after a name and all objects before it. */
    static Optional<String> outOfOrder(String after, List<Listed> listed) {
        String before = after;
        for (Listed object : listed) {
            if (Names.ORDER.compare(object.name(), before) <= 0) {
                return Optional.of("'" + object.name() + "' after '" + before + "'");
            }
            before = object.name();
        }
        return Optional.empty();
    }

    /** Counts the objects of the next page. */
    void add(List<Listed> page, Pieces pieces) {
        if (page.isEmpty()) {
            return;
        }
        pageFirst = page.get(0).name();
        if (first == null) {
            first = pageFirst;
            tail = pieces.begin(tail, first);
        }
        for (Listed object : page) {
            tail = pieces.add(tail, object.name(), object.size());
            bytes += object.size();
        }
        cursor = page.get(page.size() - 1).name();
        objects += page.size();
        pagesSinceCut++;
    }

    /** Whether the name lies among those that are still to be listed. */
    boolean canBeCutAt(String name) {
        return Names.ORDER.compare(cursor, name) < 0 && (end == null || Names.ORDER.compare(name, end) < 0);
    }

    boolean holds(String name) {
        return end == null || Names.ORDER.compare(name, end) <= 0;
    }

    /** Whether idle streams may dive into it: only after it gave a page, or it would be cut faster than listed. */
    boolean mayBeCut() {
        return pagesSinceCut > 0 && dives == 0;
    }

    /** Nothing of it is left to be listed. */
    void close() {
        tail.open = false;
    }
}
