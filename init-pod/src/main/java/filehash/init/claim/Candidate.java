package filehash.init.claim;

import filehash.init.tree.Request;

/** A job that a look found to be claimed. Immutable. */
public record Candidate(Kind kind, Request request, int job) {
    public enum Kind {
        /** Not claimed yet. */
        NEW,
        /** Its pod was lost, or gave it back. */
        ORPHAN,
        /** Claimed once, but a user deleted its keys. */
        DELETED
    }

    /** The next job of a request. */
    public static Candidate next(Request request) {
        return new Candidate(Kind.NEW, request, request.begun() ? request.run().next() : 0);
    }
}
