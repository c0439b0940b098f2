package filehash.pod;

import java.util.Map;
import java.util.Objects;

/**
 * &lt;program&gt;.waits: what the loop of a sibling has waited for while it had a job, since the program began. Waits
 * for the other sibling are left out, because that one knows the cause. It carries no identity.
 *
 * @param seconds by cause: s3, limit, cpu, mysql, window or files
 */
public record Waited(Map<String, Double> seconds) {
    public static final Waited NOTHING = new Waited(Map.of());

    public Waited {
        Objects.requireNonNull(seconds);
    }
}
