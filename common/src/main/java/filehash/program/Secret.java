package filehash.program;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A text that no log and no message may contain; only {@link #reveal} returns it. */
public record Secret(@JsonValue String reveal) {
    @JsonCreator
    public Secret {
        if (reveal == null) {
            throw new IllegalArgumentException("a secret without text");
        }
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
