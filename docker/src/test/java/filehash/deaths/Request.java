package filehash.deaths;

import java.util.List;

/**
 * What was asked for, and of which objects.
 *
 * @param jobs at most 256
 * @param names all that lies below the root, in order
 */
record Request(String id, String root, int jobs, List<String> methods, List<String> names) {
    String key(String name) {
        return root + "/" + name;
    }

    List<String> names(int job) {
        return names.stream().filter(name -> Objects.job(name, jobs) == job).toList();
    }

    String start(int job) {
        return String.format("%02x", job * 256 / jobs);
    }

    String end(int job) {
        return String.format("%02x", (job + 1) * 256 / jobs - 1);
    }
}
