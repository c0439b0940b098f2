package filehash.deaths;

import java.io.IOException;
import java.time.Duration;

/** A place for a pod, which gets a new one, with a new name and an empty directory, whenever the old one is ended. */
final class Slot {
    private final World world;
    private final String name;
    private volatile WiredPod pod;
    private SmallDisk disk;
    private int pods;
    private int boots;

    Slot(World world, String name) {
        this.world = world;
        this.name = name;
    }

    WiredPod pod() {
        return pod;
    }

    void begin() throws IOException {
        pods++;
        disk = world.mount(plan());
        launch();
    }

    void end() throws IOException {
        pod.kill();
        disk.close();
    }

    /** The node comes back with the same pod and what it had on disk, but not what it had only in memory. */
    void reboot() throws IOException {
        pod.kill();
        Torn.tear(pod.directory);
        launch();
    }

    void fill(Duration time) throws IOException, InterruptedException {
        disk.fill(time);
    }

    /** In every other slot some objects cross files/ in segments. */
    private PodPlan plan() throws IOException {
        return world.plan(name + pods).with("SEGMENT_BYTES", name.charAt(name.length() - 1) % 2 == 0 ? 1500 : 1 << 23);
    }

    private void launch() throws IOException {
        boots++;
        pod = world.start(plan().onBoot(name + "-" + boots));
    }
}
