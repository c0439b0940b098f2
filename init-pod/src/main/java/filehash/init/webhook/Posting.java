package filehash.init.webhook;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One post whose answer is awaited, or has arrived and is not yet entered in etcd. Main thread only. */
final class Posting {
    /** A receiver whose answer never ends must not keep the others waiting. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final Mark mark;
    private final String receiver;
    private final CompletableFuture<HttpResponse<Void>> answer;
    private final long began = System.nanoTime();

    /** @param receiver begins the text of a problem */
    Posting(Mark mark, String receiver, CompletableFuture<HttpResponse<Void>> answer) {
        this.mark = mark;
        this.receiver = receiver;
        this.answer = answer;
    }

    Mark mark() {
        return mark;
    }

    boolean isAnswered() {
        if (System.nanoTime() - began > LONGEST.toNanos()) {
            answer.cancel(true);
        }
        return answer.isDone();
    }

    /** Why the receiver has not accepted the post, or null. */
    String problem() {
        String problem;
        try {
            problem = Post.problem(answer.join().statusCode());
        } catch (CancellationException e) {
            problem = "its answer does not end";
        } catch (CompletionException e) {
            problem = e.getCause() instanceof IllegalArgumentException ? e.getCause().getMessage()
                    : Post.problem(e.getCause());
        }
        return problem == null ? null : receiver + problem;
    }
}
