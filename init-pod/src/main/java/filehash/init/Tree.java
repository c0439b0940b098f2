package filehash.init;

import java.util.List;
import java.util.Optional;

/**
 * The keys in etcd, below an optional prefix. The name of every folder ends in a slash: /req/1 is also the beginning
 * of /req/10. Immutable.
 */
record Tree(String prefix) {
    /** What a user writes below /req/&lt;id&gt;/. */
    static final List<String> ASKED = List.of("root", "job", "method", "bucket");

    String conf() {
        return prefix + "/conf/";
    }

    String requests() {
        return prefix + "/req/";
    }

    String request(String id) {
        return requests() + id + "/";
    }

    /** The key that makes a request a run: its uuid. */
    String run(String id) {
        return request(id) + "run";
    }

    String next(String id) {
        return request(id) + "run/next";
    }

    String left(String id) {
        return request(id) + "left";
    }

    String error(String id) {
        return request(id) + "error";
    }

    String wips() {
        return prefix + "/wip/";
    }

    String wip(String id) {
        return wips() + id + "/";
    }

    String wip(String id, int job) {
        return wip(id) + job + "/";
    }

    String done(String id) {
        return prefix + "/done/" + id + "/";
    }

    String done(String id, int job) {
        return done(id) + job + "/";
    }

    String outstanding() {
        return prefix + "/stats/outstanding";
    }

    /** What a key names below a folder, cut at the next slash; nothing for a key that is not so deep. */
    static Optional<Below> below(String folder, String key) {
        int slash = key.startsWith(folder) ? key.indexOf('/', folder.length()) : -1;
        return slash <= folder.length() ? Optional.empty()
                : Optional.of(new Below(key.substring(folder.length(), slash), key.substring(slash + 1)));
    }

    record Below(String name, String rest) {
        int job() {
            return Tree.job(name);
        }
    }

    /** The number of a job, by the name of its folder; what is no such name has one that no run has. */
    static int job(String name) {
        return name.matches("0|[1-9][0-9]{0,4}") ? Integer.parseInt(name) : Integer.MAX_VALUE;
    }
}
