package filehash.fetch.plan;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Where idle streams dive. The largest stretches are cut first, and no faster than they are listed. Several streams
 * dive into one stretch at once only as long as there are not enough others.
 */
final class Dives {
    private final Alphabet alphabet;
    private final Deque<Survey.Request> planned = new ArrayDeque<>();

    Dives(Alphabet alphabet) {
        this.alphabet = alphabet;
    }

    /** The next planned dive that still makes sense, or null. */
    Survey.Request next(List<Stretch> stretches) {
        for (Survey.Request dive = planned.poll(); dive != null; dive = planned.poll()) {
            if (around(dive.after(), stretches) != null) {
                return dive;
            }
            dive.stretch().dives--; // another stream has listed that far meanwhile
        }
        return null;
    }

    /** The next planned dive, or null. */
    Survey.Request poll() {
        return planned.poll();
    }

    /** The stretch that may be cut at this name, or null. */
    static Stretch around(String name, List<Stretch> stretches) {
        return stretches.stream().filter(stretch -> stretch.canBeCutAt(name)).findFirst().orElse(null);
    }

    /** Plans for streams that are idle. */
    void plan(List<Stretch> stretches, int idle) {
        List<Stretch> victims = stretches.stream().filter(Stretch::mayBeCut)
                .sorted(Comparator.comparingLong((Stretch stretch) -> stretch.objects).reversed()).toList();
        int left = victims.isEmpty() ? 0 : idle;
        int share = victims.isEmpty() ? 0 : (idle + victims.size() - 1) / victims.size();
        for (Stretch victim : victims) {
            int most = Math.min(left, stretches.size() == 1 ? share : Math.min(share, 2 * victim.pagesSinceCut));
            left -= most;
            add(victim, Pivots.of(victim, most, alphabet));
        }
    }

    void add(Stretch victim, List<String> pivots) {
        victim.dives += pivots.size();
        pivots.forEach(pivot -> planned.add(new Survey.Request(pivot, null, victim)));
    }
}
