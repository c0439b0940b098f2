package filehash.init.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.time.Instant;

/**
 * The value of /done/&lt;id&gt;/webhook: what became of the post of the summary.
 *
 * @param state posted, or gave up
 * @param tries how often any pod tried
 * @param problem why the last try failed, or null
 */
record Delivery(String state, int tries, Instant at, @JsonInclude(Include.NON_NULL) String problem) {
}
