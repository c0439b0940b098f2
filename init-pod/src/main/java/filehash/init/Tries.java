package filehash.init;

import java.io.IOException;
import java.util.Optional;

/** Tries to claim jobs. What a try throws by what stands in a request's keys concerns that request alone. */
final class Tries implements Backlog.Taking {
    private final Claims claims;
    private final Readiness readiness;
    private final Upkeep upkeep;

    Tries(Claims claims, Readiness readiness, Upkeep upkeep) {
        this.claims = claims;
        this.readiness = readiness;
        this.upkeep = upkeep;
    }

    @Override
    public Optional<Claim> take(Candidate candidate) throws IOException, InterruptedException {
        try {
            return claims.take(candidate, readiness.places().s3());
        } catch (RuntimeException e) {
            upkeep.threw(candidate.request().id(), e);
            return Optional.empty();
        }
    }
}
