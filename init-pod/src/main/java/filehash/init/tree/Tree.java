package filehash.init.tree;

import filehash.init.etcd.Range;
import java.util.Optional;

/**
 * The keys in etcd, below an optional prefix. The name of every folder ends in a slash: /req/1 is also the beginning
 * of /req/10. Immutable.
 */
public record Tree(String prefix) {
    public String conf() {
        return prefix + "/conf/";
    }

    public String requests() {
        return prefix + "/req/";
    }

    public RequestKeys request(String id) {
        return new RequestKeys(requests() + id + "/");
    }

    /** The folder of all jobs in progress. */
    public String wips() {
        return prefix + "/wip/";
    }

    /** The folder of the jobs in progress of one request. */
    public String wips(String id) {
        return wips() + id + "/";
    }

    /** The folder of the ranges of a planned run. A look reads only names here, however long the ranges are. */
    public String ranges(String id) {
        return wips(id) + "ranges/";
    }

    /**
     * The folder with a key for each pod at work, by its lease, while a limit for all pods is set. It lies below /wip,
     * so that pods need no further right, and under the one name that no request has.
     */
    public String shares() {
        return wips() + "/share/";
    }

    public String share(String lease) {
        return shares() + lease;
    }

    /** The folder with a key for each pod at work, by its lease: what it has waited for and stored lately. */
    public String lately() {
        return wips() + "/lately/";
    }

    public String lately(String lease) {
        return lately() + lease;
    }

    /** The jobs in progress of one request, without the ranges of a plan, which stand behind them. */
    public Range jobs(String id) {
        return new Range(wips(id), wips(id) + ":", true, 0, 0); // the character after the digits
    }

    public JobKeys wip(String id, int job) {
        return new JobKeys(wips(id) + job + "/");
    }

    /** The folder of all jobs that are done, and of the summaries. */
    public String dones() {
        return prefix + "/done/";
    }

    public DoneKeys done(String id) {
        return new DoneKeys(dones() + id + "/");
    }

    /**
     * The folder of the marks of summaries that are not posted yet. It lies below /done, so that pods need no further
     * right, and under the one name that no request has.
     */
    public String webhooks() {
        return dones() + "/webhook/";
    }

    public String webhook(String id) {
        return webhooks() + id;
    }

    public String outstanding() {
        return prefix + "/stats/outstanding";
    }

    /** The name of the key's folder below this folder, and the rest of the key; empty if there is no such folder. */
    public static Optional<Below> below(String folder, String key) {
        int slash = key.startsWith(folder) ? key.indexOf('/', folder.length()) : -1;
        return slash <= folder.length() ? Optional.empty()
                : Optional.of(new Below(key.substring(folder.length(), slash), key.substring(slash + 1)));
    }

    public record Below(String name, String rest) {
        int job() {
            return Tree.job(name);
        }
    }

    /** The number of a job by the name of its folder; a name that is none gives a number that no run has. */
    public static int job(String name) {
        return name.matches("0|[1-9][0-9]{0,4}") ? Integer.parseInt(name) : Integer.MAX_VALUE;
    }
}
