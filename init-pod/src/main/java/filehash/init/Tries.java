package filehash.init;

import java.io.IOException;
import java.util.Optional;

/** Tries to claim jobs. An exception that the keys of a request cause concerns that request alone. */
final class Tries implements Backlog.Taking {
    private final Claims claims;
    private final Readiness readiness;
    private final Upkeep upkeep;
    private final Outstanding outstanding;

    Tries(Claims claims, Readiness readiness, Upkeep upkeep, Outstanding outstanding) {
        this.claims = claims;
        this.readiness = readiness;
        this.upkeep = upkeep;
        this.outstanding = outstanding;
    }

    @Override
    public Optional<Claim> take(Candidate candidate) throws IOException, InterruptedException {
        try {
            return claims.take(candidate, readiness.places().s3());
        } catch (RuntimeException e) {
            threw(candidate.request().id(), e);
            return Optional.empty();
        }
    }

    /** The error that this writes takes the jobs of the run out of the count. */
    void threw(String request, RuntimeException e) throws InterruptedException {
        upkeep.threw(request, e);
        outstanding.countAgain();
    }
}
