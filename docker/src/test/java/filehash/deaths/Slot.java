package filehash.deaths;

import java.io.IOException;
import java.time.Duration;

/** A place for a pod, which gets a new one, with a new name and an empty directory, whenever the old one is ended. */
final class Slot {
    private final World world;
    private final String name;
    private volatile Pod pod;
    private SmallDisk disk;
    private int pods;
    private int boots;

    Slot(World world, String name) {
        this.world = world;
        this.name = name;
    }

    Pod pod() {
        return pod;
    }

    void begin() throws IOException {
        pods++;
        disk = world.mount(world.plan(name + pods));
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

    private void launch() throws IOException {
        boots++;
        pod = world.start(world.plan(name + pods).onBoot(name + "-" + boots));
    }
}
