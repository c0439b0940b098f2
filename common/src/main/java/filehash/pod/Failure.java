package filehash.pod;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The content of a .failed entry: why an object has no hash. The class is stored as Error of FileHashError. */
public record Failure(@JsonProperty("class") Kind kind, String message) {

    /** The length of FileHash.FileName, in characters, as Table of file-hasher2 creates it. */
    private static final int LONGEST_NAME = 256;

    /** Returns the failure of an object whose name is too long for FileHash, or null if the name fits. */
    public static Failure ofLongName(String name) {
        int length = name.codePointCount(0, name.length());
        return length <= LONGEST_NAME ? null : new Failure(Kind.NAME_TOO_LONG,
                "the name has " + length + " characters, and FileHash.FileName holds " + LONGEST_NAME);
    }

    /** The documented classes. Only an s3-fetch-tool2 that knows no segments writes TOO_LARGE. */
    public enum Kind {
        ARCHIVED, SSE_C, DENIED, GONE, CHANGED, TOO_LARGE, NAME_TOO_LONG, NAME_NOT_STORABLE, CORRUPT, INCOMPLETE,
        REFUSED
    }
}
