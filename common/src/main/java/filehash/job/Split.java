package filehash.job;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a request's names are divided among its jobs. */
public enum Split {
    /** By hex prefixes where that is even, else by a listing. */
    @JsonProperty("auto") AUTO,
    /** By hex prefixes, as {@link HexRange} does. */
    @JsonProperty("hex") HEX,
    /** By a listing, into ranges of equal cost. */
    @JsonProperty("list") LIST
}
