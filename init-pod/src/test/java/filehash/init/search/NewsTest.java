package filehash.init.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.init.claim.Outstanding;
import filehash.init.etcd.Change;
import filehash.init.etcd.Watches;
import filehash.init.tree.Tree;
import filehash.program.StopSignal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewsTest {
    /**
     * A user who deletes the error of a run, or resumes it, wants its jobs; one to be cancelled has to be ended; pods
     * wait for a run that begins with a plan, and for a plan that is left; other changes are the program's own, or no
     * work.
     */
    @ParameterizedTest
    @CsvSource({"root, '', true", "'', error, true", "next, '', false", "next plan split, id host, true",
            "id host, '', false", "plan, '', false", "plan, id host, true",
            "'', id host, true", "failures, id host, true", "'', host, true",
            "left, '', false", "error, '', false", "cancel, '', true", "paused, '', false", "'', paused, true",
            "'', error root job method run left, false", "run next left, error, false"})
    void pod_isWokenByWhatMayMeanWorkBelowReq(String put, String deleted, boolean wakes) throws Exception {
        Tree tree = new Tree("");
        Watches watches = new Watches(null);
        News news = new News(tree, watches, new Outstanding(null, tree, null), false);
        news.requestsChanged(new Change(1, keys(put).stream().collect(Collectors.toMap(Function.identity(),
                key -> "value")), keys(deleted)));
        assertEquals(wakes, watches.await(Duration.ZERO, new StopSignal()));
    }

    private static Set<String> keys(String text) {
        return Arrays.stream(text.split(" ")).filter(key -> !key.isEmpty()).collect(Collectors.toSet());
    }
}
