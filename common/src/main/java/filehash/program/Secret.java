package filehash.program;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A text that must not be seen in a log or a message; only {@link #reveal} gives it away. */
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
