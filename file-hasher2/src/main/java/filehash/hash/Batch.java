package filehash.hash;

import filehash.pod.Tally;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What one transaction stores: objects in the order of their names, with none missing in between. */
record Batch(List<Outcome> outcomes) {
    Batch {
        outcomes = List.copyOf(outcomes);
    }

    boolean isEmpty() {
        return outcomes.isEmpty();
    }

    String last() {
        return outcomes.get(outcomes.size() - 1).name();
    }

    List<Outcome> hashed() {
        return outcomes.stream().filter(outcome -> !outcome.isFailed()).toList();
    }

    List<Outcome> failed() {
        return outcomes.stream().filter(Outcome::isFailed).toList();
    }

    Tally tally() {
        Map<String, Long> classes = new TreeMap<>();
        long bytes = 0;
        long failed = 0;
        for (Outcome outcome : outcomes) {
            bytes += outcome.bytes();
            if (outcome.isFailed()) {
                failed++;
                classes.merge(outcome.failure().kind().name(), 1L, Long::sum);
            }
        }
        return new Tally(outcomes.size() - failed, failed, classes, bytes);
    }
}
