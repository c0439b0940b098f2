package filehash.deaths;

import java.util.List;

/**
 * What was asked for, and of which objects.
 *
 * @param jobs at most 256; 0 if the plan decides
 * @param split hex, auto or list
 * @param names all that lies below the root when its jobs list it, in order
 * @param planned how many objects lay there when it was planned
 */
record SubmittedRequest(String id, String root, int jobs, List<String> methods, String split, List<String> names,
        int planned) {
    static final String HEX = "hex";

    /** With the published ranges. */
    SubmittedRequest(String id, String root, int jobs, List<String> methods, List<String> names) {
        this(id, root, jobs, methods, HEX, names, names.size());
    }

    String key(String name) {
        return root + "/" + name;
    }

    /** The same after its objects have changed. */
    SubmittedRequest with(List<String> now, int plannedNow) {
        return new SubmittedRequest(id, root, jobs, methods, split, now, plannedNow);
    }

    boolean isHex() {
        return split.equals(HEX);
    }
}
