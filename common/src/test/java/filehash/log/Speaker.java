package filehash.log;

import filehash.job.JobId;
import filehash.program.Secret;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program that logs a line of each kind. */
final class Speaker {
    private static final JobId JOB = new JobId("r", 3, 2);
    private static final Logger LOG = LoggerFactory.getLogger(Speaker.class);
    private static final Logger LIBRARY = LoggerFactory.getLogger("software.amazon.awssdk.Signer");

    private Speaker() {
    }

    public static void main(String[] format) {
        if (format[0].equals("json")) {
            LogLines.inJson("file-hasher2", "pod-1");
        }
        LOG.info("begins, {} and {}", "one", 2);
        if (format[0].equals("json")) {
            LOG.info("hashes {}", "\u00c4rzte \ud834\udd1e");
        }
        LOG.debug("nobody reads this");
        LIBRARY.info("signs with the key K");
        LogLines.workOn(JOB.in("1"));
        LOG.info("starts");
        LOG.warn("{} is bad: {}", Logged.request("2", "2"), "no root");
        LOG.error("two lines:\n\"second\" {}", new Secret("hidden"));
        LOG.warn("cannot write", new IllegalStateException("the disk is full"));
        LIBRARY.warn("slow");
        LogLines.workOn(null);
        java.util.logging.Logger.getLogger("io.grpc.Channel").log(Level.WARNING, "lost {0}", "etcd");
        LogLines.from("error");
        LOG.warn("nobody reads this");
        LOG.error("ends");
    }
}
