package filehash.init;

import filehash.pod.Conf;
import java.net.URI;
import java.util.Objects;

/**
 * Where the objects of a run lie, fixed by its first claim: all its jobs work on this source, whatever /conf says by
 * then. Credentials are no part of it. Immutable.
 *
 * @param endpoint null for AWS itself
 */
record Source(String bucket, URI endpoint, String region) {
    Source {
        new Conf.S3(bucket, endpoint, region, null, null, null); // is what conf.json may hold
    }

    /** What /conf says, or this bucket there. */
    static Source of(String bucket, Conf.S3 conf) {
        return new Source(bucket == null ? conf.bucket() : bucket, conf.endpoint(), conf.region());
    }

    /** With the credentials of /conf, and its style where that is about the same server. */
    Conf.S3 with(Conf.S3 conf) {
        boolean pathStyle = Objects.equals(endpoint, conf.endpoint()) ? conf.pathStyle() : endpoint != null;
        return new Conf.S3(bucket, endpoint, region, conf.key(), conf.secret(), conf.token(), pathStyle,
                conf.requesterPays());
    }
}
