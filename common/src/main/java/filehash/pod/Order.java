package filehash.pod;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The part of conf.json that is the switch: readable even where the rest of it is wrong, so that the error has an
 * identity.
 */
public record Order(Conf.Word state, String boot, @JsonUnwrapped JobId id) {
    public Order {
        if (state == null) {
            throw new IllegalArgumentException("conf.json without a state");
        }
    }
}
