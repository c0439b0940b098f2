package filehash.fetch;

import filehash.fetch.s3.Item;
import filehash.fetch.s3.Refusal;
import filehash.fetch.transfer.Download;
import filehash.fetch.transfer.OtherObjects;
import filehash.fetch.transfer.Outcome;
import filehash.fetch.transfer.Patience;
import filehash.pod.GiveUp;
import filehash.program.Stop;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Distinguishes an object that S3 refuses from rights that are wrong, which an hour later may be right again. A refusal
 * becomes the object's own only if S3 refuses it once more after it gave another one, asked for since. Where it
 * refuses all others too, the attempt gives up and nothing of it is stored. Rights may also come and go, as while a
 * change of them spreads: so the first refused object of a run is asked for five times over 15 s. If it stays refused,
 * rights are steady, and two tries will do for the others. Once an object comes that was refused before, a refusal
 * counts only after as many tries over as long as a doubtful answer does. The downside: each refused object costs a
 * second request, and often a third for another object. One thread's.
 */
final class RightsCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RightsCheck.class);

    private final OtherObjects others;
    private final Patience patience;
    private final Rights rights;
    private final Runnable news;
    private final Stop stop = new Stop();
    /** When the latest request began that is known to have brought an object. */
    private long hadAt = System.nanoTime();
    private boolean flap;
    private Question question;

    /** @param news called by another thread when there is an answer */
    RightsCheck(OtherObjects others, Patience patience, Rights rights, Runnable news) {
        this.others = others;
        this.patience = patience;
        this.rights = rights;
        this.news = news;
    }

    /** If it came, it is evidence for those that were refused before it was asked for. */
    void see(Download download) {
        if (download.outcome() instanceof Outcome.Done) {
            if (download.item().refusals() > 0) {
                flap = true;
                rights.are(false);
            }
            hadAt = download.begunAt() - hadAt > 0 ? download.begunAt() : hadAt;
        }
    }

    /** Whether it may yet turn out that not this object is refused but all are. */
    boolean isOpen(Download download) {
        return download.outcome() instanceof Outcome.Failed failed && Refusal.isMatterOfRights(failed.failure().kind())
                && !isEnough(download);
    }

    private boolean isEnough(Download refused) {
        Item item = refused.item();
        Duration time = Duration.ofNanos(refused.endedAt() - item.refusedAt());
        boolean isOften = item.refusals() + 1 >= patience.doubts();
        if (isOften && !flap && time.compareTo(patience.steadyFor()) >= 0) {
            rights.are(true);
        }
        return item.refusals() > 0
                && (rights.areSteady() || isOften && time.compareTo(patience.doubtFor()) >= 0);
    }

    /** Between two tries of an object where rights may come and go. */
    private boolean isPausing(Download refused) {
        long pause = patience.firstPause().toNanos() << Math.min(refused.item().refusals(), 20);
        return !rights.areSteady()
                && System.nanoTime() - refused.endedAt() < Math.min(pause, patience.longestPause().toNanos());
    }

    /**
     * Whether S3 refused it and then gave another: so it is worth another try.
     *
     * @param isHead then others are asked for, which nothing else may do while it holds the window up
     * @throws GiveUp where S3 refuses them all
     */
    boolean mayPass(Download download, boolean isHead) throws GiveUp {
        if (!isOpen(download)) {
            return false;
        }
        boolean mayPass = hadAt - download.endedAt() > 0;
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
                return; // an earlier refusal led to it: the next look asks again
            }
            if (answered.end != null) {
                throw answered.end;
            }
            hadAt = answered.begunAt - hadAt > 0 ? answered.begunAt : hadAt;
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
        private GiveUp end; // written before answered is
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
                end = all == null ? null : GiveUp.root("S3 refuses what it lists: " + why + "; " + all);
            } catch (Refusal e) {
                end = e.ends(e.getMessage());
            } catch (CancellationException | InterruptedException e) {
                return; // closed: nobody waits for an answer
            } catch (RuntimeException | Error e) { // whatever it is: somebody waits for an answer
                LOG.debug("cannot ask for others than '{}'", refused.name(), e);
                end = GiveUp.job("cannot ask for others than '" + refused.name() + "': " + e);
            }
            answered = true;
            news.run();
        }
    }
}
