package filehash.init.tree;

import filehash.pod.Progress;
import java.util.Map;

/**
 * What the siblings report of the job at work.
 *
 * @param waited as in {@link JobProgress}
 */
public record Report(Progress progress, Map<String, Double> waited) {
}
