package filehash.fetch.s3;

import filehash.backends.FakeS3;
import filehash.job.HashMethod;
import filehash.job.HexRange;
import filehash.job.JobId;
import filehash.job.PlannedRange;
import filehash.pod.Conf;
import filehash.program.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The jobs that tests give to the fetcher. */
public final class Confs {
    private static final String BOOT = boot();

    private Confs() {
    }

    /** A job of the folder photos/ in {@link FakeS3}'s bucket. */
    public static Conf of(URI endpoint, int job, int jobs) {
        return of(new Conf.S3(FakeS3.BUCKET, endpoint, "us-east-1", new Secret("key"), new Secret("secret"), null),
                job, jobs);
    }

    public static Conf of(Conf.S3 s3, int job, int jobs) {
        HexRange range = HexRange.of(job, jobs);
        return new Conf(Conf.State.WORK, BOOT, "1", new JobId("run", job, 1), "photos/", range.start(), range.before(),
                List.of(HashMethod.MD5), s3,
                new Conf.MySql("db", 3306, "filehash", "u", new Secret("p"), null));
    }

    /** The next attempt at the same job. */
    public static Conf next(Conf conf) {
        JobId next = new JobId(conf.id().run(), conf.id().job(), conf.id().attempt() + 1);
        return new Conf(conf.state(), conf.boot(), conf.request(), next, conf.root(), conf.start(), conf.before(),
                conf.methods(), conf.s3(), conf.mysql());
    }

    /** The order to plan the jobs of the folder. */
    public static Conf planning(URI endpoint, Conf.PlanOrder order) {
        Conf conf = of(endpoint, 0, 1);
        return new Conf(Conf.State.PLAN, conf.boot(), conf.request(), new JobId("plan", 0, 1), conf.root(), "", null,
                conf.methods(), conf.s3(), conf.mysql(), order, null);
    }

    /** A job that was planned. */
    public static Conf planned(URI endpoint, List<PlannedRange> ranges, int job) {
        Conf conf = of(endpoint, 0, 1);
        return new Conf(conf.state(), conf.boot(), conf.request(), new JobId("run", job, 1), conf.root(),
                ranges.get(job).start(), job + 1 == ranges.size() ? null : ranges.get(job + 1).start(),
                conf.methods(), conf.s3(), conf.mysql(), null, ranges.get(job).amount());
    }

    /** The same job in another folder. */
    public static Conf inRoot(Conf conf, String root) {
        return new Conf(conf.state(), conf.boot(), conf.request(), conf.id(), root, conf.start(), conf.before(),
                conf.methods(), conf.s3(), conf.mysql());
    }

    private static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no Linux", e);
        }
    }
}
