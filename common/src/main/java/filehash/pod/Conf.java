package filehash.pod;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import filehash.job.Amount;
import filehash.job.HashMethod;
import filehash.job.HexRange;
import filehash.job.JobId;
import filehash.job.Split;
import filehash.program.Secret;
import java.net.URI;
import java.util.List;

/**
 * conf.json: the order to work, to plan or to stop, the identity it is for, and the settings of the work. Only init-pod
 * writes it.
 *
 * @param boot the boot id of the machine on which it was written; on another machine the file counts as absent
 * @param root the prefix of the S3 folder, empty or with a slash at its end
 * @param start the start of the job's range; the first job has no lower end all the same
 * @param before the next job's start, or null for the last job
 * @param plan what is to be planned, or null if nothing is
 * @param planned what the plan counted in the job's range, or null if it is unknown
 * @param cancelled in the state stop whether the user has cancelled the request
 */
public record Conf(State state, String boot, String request, @JsonUnwrapped JobId id, String root, String start,
        String before, List<HashMethod> methods, S3 s3, MySql mysql, @JsonInclude(Include.NON_NULL) PlanOrder plan,
        @JsonInclude(Include.NON_NULL) Amount planned,
        @JsonInclude(Include.NON_DEFAULT) boolean cancelled) implements JobId.Carrier {
    /** The name of the value injected for a part that a conf.json of an older version lacks. */
    private static final String ABSENT = "absent";

    /** The order to both siblings. Without conf.json both are idle. */
    public enum State {
        @JsonProperty("work") WORK,
        /** s3-fetch-tool2 plans the request's jobs; file-hasher2 is idle. */
        @JsonProperty("plan") PLAN,
        @JsonProperty("stop") STOP,
        /** An order of a later version: nothing that this one knows of, so the siblings are idle. */
        @JsonEnumDefaultValue OTHER
    }

    /** The head of conf.json. It can be read even if the rest is wrong, so the error has an identity. */
    public record Switch(State state, String boot, @JsonUnwrapped JobId id) {
        public Switch {
            if (state == null) {
                throw new IllegalArgumentException("conf.json without a state");
            }
        }
    }

    /**
     * Where S3 is.
     *
     * @param endpoint null for AWS itself
     * @param key null, like secret, for the AWS default credential chain
     * @param pathStyle whether a URL has the bucket in its path, not in its host name
     * @param requesterPays whether the sender of a request pays for it
     */
    public record S3(String bucket, URI endpoint, String region, Secret key, Secret secret, Secret token,
            boolean pathStyle, boolean requesterPays) {
        public S3 {
            require("s3 bucket", bucket);
            require("s3 region", region);
            if (!region.matches("[A-Za-z0-9-]{1,64}")) {
                throw new IllegalArgumentException("s3_region '" + region + "' is not the name of a region");
            }
            if (region.startsWith("fips-") || region.endsWith("-fips")) {
                throw new IllegalArgumentException("s3_region '" + region + "' must be the region itself, with "
                        + "AWS_USE_FIPS_ENDPOINT=true for s3-fetch-tool2");
            }
            if ((key == null) != (secret == null)) {
                throw new IllegalArgumentException("s3_key and s3_secret must be set together or not at all");
            }
            if (bucket.endsWith("--x-s3") || bucket.endsWith("--xa-s3")) {
                throw new IllegalArgumentException("s3_bucket '" + bucket + "' is a directory bucket of S3 Express, "
                        + "which lists its objects in no order: filehash cannot use it");
            }
        }

        /** Assumes the usual style of the endpoint, and that the owner of the bucket pays. */
        public S3(String bucket, URI endpoint, String region, Secret key, Secret secret, Secret token) {
            this(bucket, endpoint, region, key, secret, token, endpoint != null, false);
        }

        /** Reads also a conf.json of the last version, which lacks the last two. */
        @JsonCreator
        static S3 read(@JsonProperty("bucket") String bucket, @JsonProperty("endpoint") URI endpoint,
                @JsonProperty("region") String region, @JsonProperty("key") Secret key,
                @JsonProperty("secret") Secret secret, @JsonProperty("token") Secret token,
                @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("pathStyle") Boolean style,
                @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("requesterPays") Boolean pay) {
            return new S3(bucket, endpoint, region, key, secret, token, style == null ? endpoint != null : style,
                    pay != null && pay);
        }
    }

    /**
     * Where MySQL is.
     *
     * @param params driver parameters as in a JDBC URL, a=b&amp;c=d; may contain passwords of key stores
     */
    public record MySql(String host, int port, String name, String user, Secret pass, Secret params) {
        public MySql {
            require("mysql host", host);
            require("mysql name", name);
            require("mysql user", user);
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("mysql port " + port + " is not from 1 to 65535");
            }
        }
    }

    /**
     * What s3-fetch-tool2 plans.
     *
     * @param jobs how many jobs are wanted, or 0 if the plan decides
     * @param pods how many pods are alive, for the plan to decide by
     */
    public record PlanOrder(Split split, int jobs, int pods) {
        public PlanOrder {
            if (split == null || jobs < 0 || jobs > HexRange.MOST_JOBS || pods < 1) {
                throw new IllegalArgumentException("conf.json with a plan of split " + split + ", " + jobs + " jobs, "
                        + pods + " pods");
            }
        }
    }

    public Conf {
        require("request", request);
        if (state == null || root == null || start == null || methods == null || s3 == null || mysql == null) {
            throw new IllegalArgumentException("conf.json without state, root, start, methods, s3 or mysql");
        }
        if (methods.isEmpty() || !(root.isEmpty() || root.endsWith("/"))) {
            throw new IllegalArgumentException("conf.json with methods " + methods + " and root '" + root + "'");
        }
        if (state == State.PLAN && plan == null) {
            throw new IllegalArgumentException("conf.json with the state plan and without a plan");
        }
        methods = List.copyOf(methods);
    }

    /** Reads also a conf.json of an earlier version, which lacks the last three. */
    @JsonCreator
    static Conf read(@JsonProperty("state") State state, @JsonProperty("boot") String boot,
            @JsonProperty("request") String request, @JsonUnwrapped JobId id, @JsonProperty("root") String root,
            @JsonProperty("start") String start, @JsonProperty("before") String before,
            @JsonProperty("methods") List<HashMethod> methods, @JsonProperty("s3") S3 s3,
            @JsonProperty("mysql") MySql mysql,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("plan") PlanOrder plan,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("planned") Amount planned,
            @JacksonInject(value = ABSENT, optional = OptBoolean.TRUE) @JsonProperty("cancelled") Boolean cancelled) {
        return new Conf(state, boot, request, id, root, start, before, methods, s3, mysql, plan, planned,
                cancelled != null && cancelled);
    }

    /** A job that nobody has cancelled. */
    public Conf(State state, String boot, String request, JobId id, String root, String start, String before,
            List<HashMethod> methods, S3 s3, MySql mysql, PlanOrder plan, Amount planned) {
        this(state, boot, request, id, root, start, before, methods, s3, mysql, plan, planned, false);
    }

    /** A job without a plan. */
    public Conf(State state, String boot, String request, JobId id, String root, String start, String before,
            List<HashMethod> methods, S3 s3, MySql mysql) {
        this(state, boot, request, id, root, start, before, methods, s3, mysql, null, null);
    }

    public Conf says(State now) {
        return new Conf(now, boot, request, id, root, start, before, methods, s3, mysql, plan, planned, cancelled);
    }

    /** The order to stop, because the user has cancelled the request. */
    public Conf cancels() {
        return new Conf(State.STOP, boot, request, id, root, start, before, methods, s3, mysql, plan, planned, true);
    }

    private static void require(String what, String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException("conf.json without " + what);
        }
    }
}
