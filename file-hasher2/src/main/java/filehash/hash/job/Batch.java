package filehash.hash.job;

import filehash.job.Tally;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The outcomes that one transaction stores, in the order of names and with none missing in between. */
public record Batch(List<ObjectOutcome> outcomes) {
    public Batch {
        outcomes = List.copyOf(outcomes);
    }

    public boolean isEmpty() {
        return outcomes.isEmpty();
    }

    public String last() {
        return outcomes.get(outcomes.size() - 1).name();
    }

    public List<ObjectOutcome> hashed() {
        return outcomes.stream().filter(outcome -> !outcome.isFailed()).toList();
    }

    public List<ObjectOutcome> failed() {
        return outcomes.stream().filter(ObjectOutcome::isFailed).toList();
    }

    public Tally tally() {
        Map<String, Long> classes = new TreeMap<>();
        long bytes = 0;
        long failed = 0;
        for (ObjectOutcome outcome : outcomes) {
            bytes += outcome.bytes();
            if (outcome.isFailed()) {
                failed++;
                classes.merge(outcome.failure().kind().name(), 1L, Long::sum);
            }
        }
        return new Tally(outcomes.size() - failed, failed, classes, bytes);
    }
}
