package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.OtherObjects;
import filehash.fetch.transfer.Outcome;
import filehash.fetch.transfer.RetryPolicy;
import filehash.pod.GiveUp;
import filehash.program.StopSignal;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes an object that S3 refuses from wrong rights, which may be right again an hour later. A refusal becomes
 * the object's own failure only if S3 sends another object, requested since, and then refuses this one again. If S3
 * refuses all others too, the attempt gives up and stores nothing of it. Rights may also come and go, for example
 * while a change of them spreads. So the first refused object of a run is requested five times over 15 s. If it stays
 * refused, rights are steady, and two tries suffice for each later object. Once an object arrives that was refused
 * before, rights flap, and a refusal needs as many tries over as long a time as a doubtful one. The downside: each
 * refused object costs a second request, and often a third one for another object. Owned by one thread.
 */
final class RightsCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RightsCheck.class);

    private final OtherObjects others;
    private final RetryPolicy policy;
    private final Rights rights;
    private final Runnable news;
    private final StopSignal stop = new StopSignal();
    /** When the latest request began that is known to have succeeded. */
    private long succeededAt = System.nanoTime();
    private boolean flap;
    private Question question;

    /** @param news called by another thread when the question to other objects is answered */
    RightsCheck(OtherObjects others, RetryPolicy policy, Rights rights, Runnable news) {
        this.others = others;
        this.policy = policy;
        this.rights = rights;
        this.news = news;
    }

    /** A download that succeeded proves something about the refusals before its request. */
    void see(Download download) {
        if (download.outcome() instanceof Outcome.Done) {
            if (download.item().refusals() > 0) {
                flap = true;
                rights.setSteady(false);
            }
            succeeded(download.begunAt());
        }
    }

    private void succeeded(long begunAt) {
        succeededAt = begunAt - succeededAt > 0 ? begunAt : succeededAt;
    }

    /** Whether it is still open if S3 refuses only this object or all of them. */
    boolean isOpen(Download download) {
        return download.outcome() instanceof Outcome.Failed failed && Refusal.isMatterOfRights(failed.failure().kind())
                && !isEnough(download);
    }

    private boolean isEnough(Download refused) {
        Item item = refused.item();
        Duration time = Duration.ofNanos(refused.endedAt() - item.refusedAt());
        boolean isOften = item.refusals() + 1 >= policy.doubts();
        if (isOften && !flap && time.compareTo(policy.steadyFor()) >= 0) {
            rights.setSteady(true);
        }
        return item.refusals() > 0
                && (rights.areSteady() || isOften && time.compareTo(policy.doubtFor()) >= 0);
    }

    /**
     * Whether the pause between two tries of an object lasts, while rights may come and go. It doubles as that of a
     * {@link filehash.program.Backoff} does, but follows from the refusals that the item counts, and is not random.
     */
    private boolean isPausing(Download refused) {
        long pause = policy.firstPause().toNanos() << Math.min(refused.item().refusals(), 20);
        return !rights.areSteady()
                && System.nanoTime() - refused.endedAt() < Math.min(pause, policy.longestPause().toNanos());
    }

    /**
     * Whether to try a refused object again, because S3 has sent another one since.
     *
     * @param isHead whether it is the head of the window; only then are other objects probed
     * @throws GiveUp if S3 refuses all of them
     */
    boolean mayPass(Download download, boolean isHead) throws GiveUp {
        if (!isOpen(download)) {
            return false;
        }
        boolean mayPass = succeededAt - download.endedAt() > 0;
        if (!mayPass && isHead) {
            askForOthers(download);
        }
        return mayPass && !isPausing(download);
    }

    private void askForOthers(Download refused) throws GiveUp {
        if (question == null && others.known()) {
            question = new Question(refused);
            question.start();
        } else if (question != null && question.answered) {
            Question answered = question;
            question = null;
            if (answered.begunAt - refused.endedAt() < 0) {
                return; // an earlier refusal raised the question: the next turn repeats it
            }
            if (answered.end != null) {
                rights.setSteady(false); // the rights that return may take time to spread
                throw answered.end;
            }
            succeeded(answered.begunAt);
        }
    }

    @Override
    public void close() {
        stop.request();
        if (question != null) {
            question.interrupt();
        }
    }

    private final class Question extends Thread {
        private final long begunAt = System.nanoTime();
        private final Item refused;
        private final String why;
        private GiveUp end; // written before answered
        private volatile boolean answered;

        Question(Download refused) {
            super("others");
            setDaemon(true);
            this.refused = refused.item();
            this.why = ((Outcome.Failed) refused.outcome()).failure().message();
        }

        @Override
        public void run() {
            try {
                String all = others.refusal(refused, stop);
                end = all == null ? null : GiveUp.root("S3 refuses the objects that it lists: " + why + "; " + all);
            } catch (Refusal e) {
                end = e.ends(e.getMessage());
            } catch (CancellationException | InterruptedException e) {
                return; // closed: the answer is not needed
            } catch (RuntimeException | Error e) { // whatever it is: the window waits for an answer
                LOG.debug("cannot probe other objects than '{}'", refused.name(), e);
                end = GiveUp.job("cannot probe other objects than '" + refused.name() + "': " + e);
            }
            answered = true;
            news.run();
        }
    }
}
