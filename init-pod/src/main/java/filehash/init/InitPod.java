package filehash.init;

import filehash.pod.Health;
import filehash.pod.Program;
import filehash.pod.Settings;
import filehash.pod.SharedDirectory;
import filehash.pod.Stop;
import java.io.IOException;

/** init-pod: claims jobs from etcd and hands them to the two others of its pod. */
public final class InitPod {
    private InitPod() {
    }

    public static void main(String[] args) {
        Program.run("init-pod", 8081, InitPod::run);
    }

    static int run(Settings settings, Stop signal) throws IOException, InterruptedException {
        SharedDirectory directory = SharedDirectory.open(settings.sharedDir());
        try (Etcd etcd = Etcd.open(settings)) {
            JobRun jobs = new JobRun(settings, directory, etcd, signal);
            try (Health health = Health.serve(settings.httpPort(), jobs::problem)) {
                return jobs.run(health);
            }
        }
    }
}
