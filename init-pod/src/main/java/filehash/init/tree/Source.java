package filehash.init.tree;

import filehash.init.etcd.Txn;
import filehash.pod.Conf;
import java.net.URI;
import java.util.Objects;

/**
 * Where the objects of a run lie. The first claim records it, and all jobs of the run use it, whatever /conf says
 * later. Credentials are not part of it. Immutable.
 *
 * @param endpoint null for AWS itself
 */
public record Source(String bucket, URI endpoint, String region) {
    public Source {
        new Conf.S3(bucket, endpoint, region, null, null, null); // checks that conf.json can hold it
    }

    /** The source that /conf names, with this bucket if there is one. */
    public static Source of(String bucket, Conf.S3 conf) {
        return new Source(bucket == null ? conf.bucket() : bucket, conf.endpoint(), conf.region());
    }

    /** Makes the transaction fix this source for the run. */
    public void record(Txn txn, RequestKeys keys) {
        txn.put(keys.runBucket(), bucket).put(keys.runRegion(), region);
        if (endpoint != null) {
            txn.put(keys.runEndpoint(), endpoint);
        }
    }

    /** Adds the credentials of /conf, and its style if it names the same server. */
    public Conf.S3 with(Conf.S3 conf) {
        boolean pathStyle = Objects.equals(endpoint, conf.endpoint()) ? conf.pathStyle() : endpoint != null;
        return new Conf.S3(bucket, endpoint, region, conf.key(), conf.secret(), conf.token(), pathStyle,
                conf.requesterPays());
    }
}
