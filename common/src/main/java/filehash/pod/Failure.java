package filehash.pod;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a .failed entry holds: why an object cannot be had. The class becomes FileHashError's Error. */
public record Failure(@JsonProperty("class") Kind kind, String message) {

    /** The documented classes. */
    public enum Kind {
        ARCHIVED, SSE_C, DENIED, GONE, CHANGED, TOO_LARGE, NAME_TOO_LONG, NAME_NOT_STORABLE, CORRUPT, INCOMPLETE,
        REFUSED
    }
}
