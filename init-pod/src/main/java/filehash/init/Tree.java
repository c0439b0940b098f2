package filehash.init;

import java.util.Optional;

/**
 * The keys in etcd, below an optional prefix. Every name of a folder ends in a slash: /req/1 is also the beginning of
 * /req/10. Immutable.
 */
record Tree(String prefix) {
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

    /** What a key names below a folder of requests: the id, and the rest of the key after it. */
    static Optional<Below> below(String folder, String key) {
        int slash = key.indexOf('/', folder.length());
        boolean inside = key.startsWith(folder) && slash > folder.length();
        return inside ? Optional.of(new Below(key.substring(folder.length(), slash), key.substring(slash + 1)))
                : Optional.empty();
    }

    /** A key below a folder, cut at the next slash. */
    record Below(String name, String rest) {
    }
}
