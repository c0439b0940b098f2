package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.fetch.s3.Pages;
import filehash.pod.GiveUp;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists a folder by several streams at once. A stream lists a stretch of names page by page. An idle stream dives: it
 * lists after a name in the midst of another stream's stretch. What it finds up to the end of that stretch is a stretch
 * of its own; if it finds nothing, the other stretch ends where it dived. So each name is counted once, in whatever
 * order the pages come. Guarded by the caller's lock.
 */
public final class Survey {
    private final int streams;
    private final boolean mayBeHex;
    private final Pieces pieces;
    private final Totals totals = new Totals();
    private final Alphabet alphabet = new Alphabet();
    private final List<Stretch> stretches = new ArrayList<>();
    private final Dives dives = new Dives(alphabet);
    private final HexSpread hex = new HexSpread();
    private int underWay;
    private long requests;
    private boolean isPageOfHex;

    /**
     * A page that is to be listed.
     *
     * @param after for a dive, the name after which the listing begins; else null
     * @param token the continuation token, or null
     * @param stretch the stretch whose next page it is, or into which it dives
     */
    public record Request(String after, String token, Stretch stretch) {
        public boolean isDive() {
            return after != null;
        }
    }

    /**
     * @param mayBeHex whether it may end as soon as the names are known to be hex and spread evenly
     * @param mostPieces how many pieces it keeps
     */
    public Survey(int streams, boolean mayBeHex, int mostPieces) {
        this.streams = streams;
        this.mayBeHex = mayBeHex;
        this.pieces = new Pieces(mostPieces);
        stretches.add(new Stretch(null, pieces.head()));
    }

    /** The next request of a stream, or null if there is none until another answer comes. */
    public Request next() {
        Request next = isOver() ? null : request();
        if (next != null) {
            underWay++;
            requests++;
        }
        return next;
    }

    private Request request() {
        Request sample = hex.isSampling() ? dives.poll() : null;
        if (sample != null) {
            return sample; // first of all, because the folder need perhaps not be listed
        }
        Request page = page();
        return page != null || hex.isSampling() ? page : dive();
    }

    private Request page() {
        for (Stretch stretch : stretches) {
            if (!stretch.busy) {
                stretch.busy = true;
                return new Request(null, stretch.token, stretch);
            }
        }
        return null;
    }

    private Request dive() {
        Request next = dives.next(stretches);
        if (next == null) {
            dives.plan(stretches, streams - underWay);
            next = dives.next(stretches);
        }
        return next;
    }

    /** Takes the answer to a request. If the server did not understand a dive, the plan drops that dive alone. */
    public void answer(Request request, Pages.Page<Listed> page) throws GiveUp {
        List<Listed> listed = page.items().stream().filter(object -> !object.name().isEmpty()).toList(); // the folder
        if (request.isDive() && Stretch.outOfOrder(request.after(), listed).isPresent()) {
            refused(request);
            return;
        }
        underWay--;
        if (request.isDive()) {
            request.stretch().dives--;
            hex.take(request.after(), listed, page.next() != null);
            cut(request.after(), listed, page.next());
        } else {
            Stretch.requireOrder(request.stretch().cursor, listed);
            if (page.next() != null && page.next().equals(request.token())) {
                throw GiveUp.root("the S3 server names a page as its own successor, after '" + request.stretch().cursor
                        + "'");
            }
            boolean isFirst = !hasBegun();
            take(request.stretch(), listed, page.next());
            if (isFirst && mayBeHex && HexSpread.isLikely(listed)) {
                isPageOfHex = page.next() == null;
                if (!isPageOfHex) {
                    hex.begin(listed);
                    dives.add(request.stretch(), HexSpread.pivots());
                }
            }
        }
        pieces.fit();
    }

    /** The server refuses a dive. Without dives a stretch is listed by its own stream alone. */
    public void refused(Request dive) {
        underWay--;
        dive.stretch().dives--;
        dive.stretch().pagesSinceCut = 0;
        hex.take(dive.after(), List.of(), true);
    }

    private void cut(String at, List<Listed> listed, String next) {
        Stretch victim = Dives.around(at, stretches);
        if (victim == null || listed.isEmpty() && next != null) {
            return; // listed meanwhile; or the server looks for the next name still
        }
        Stretch rest = new Stretch(victim.end, victim.tail());
        rest.cursor = at;
        rest.busy = true;
        victim.end = at;
        if (!listed.isEmpty() && rest.holds(listed.get(0).name())) {
            victim.pagesSinceCut = 0;
            stretches.add(rest);
            take(rest, listed, next);
        }
    }

    private void take(Stretch stretch, List<Listed> listed, String next) {
        List<Listed> mine = listed.stream().takeWhile(object -> stretch.holds(object.name())).toList();
        mine.forEach(totals::add);
        alphabet.look(mine);
        stretch.add(mine, pieces);
        stretch.token = next;
        stretch.busy = false;
        if (next == null || mine.size() < listed.size() || stretch.cursor.equals(stretch.end)) {
            stretches.remove(stretch);
            stretch.close();
        }
    }

    /** Whether all is listed, or the names are hex and spread evenly. */
    public boolean isOver() {
        return isComplete() || hex.isEven();
    }

    /** Whether any object was counted. */
    public boolean hasBegun() {
        return totals.all().objects() > 0;
    }

    boolean isComplete() {
        return stretches.isEmpty();
    }

    /** Whether all names are hex and come in one page. */
    boolean isPageOfHex() {
        return isPageOfHex;
    }

    HexSpread hex() {
        return hex;
    }

    Totals totals() {
        return totals;
    }

    /** How many requests were begun. */
    long requests() {
        return requests;
    }

    /** The pieces in order; what is not listed yet is estimated. */
    Pieces pieces() {
        stretches.forEach(stretch -> Estimate.add(stretch, pieces, alphabet));
        return pieces;
    }
}
