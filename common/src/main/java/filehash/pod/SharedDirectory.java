package filehash.pod;

import filehash.job.JobId;
import filehash.program.Json;
import filehash.program.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The directory through which the three programs of a pod communicate. A file is visible whole or not at all, because
 * it is written under another name and renamed. Nothing is synced to disk: the directory dies with the pod; it survives
 * a container, like the page cache; and after a reboot of the node it counts as empty, because conf.json has another
 * boot id then. Immutable.
 */
public final class SharedDirectory {
    public static final String PART = ".part";
    public static final String FAILED = ".failed";
    public static final String END = ".end";
    public static final String FULL_NAME = ".name";

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Comparator<Entry> BY_NAME = Comparator.comparing(Entry::name, Names.ORDER);

    private final Path root;
    private final Path files;
    private final String boot;

    /** @param boot the boot id of this machine */
    public SharedDirectory(Path root, String boot) throws IOException {
        this.root = root;
        this.files = root.resolve("files");
        this.boot = boot;
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new IOException("cannot create " + files + ": " + WholeFile.reason(e), e);
        }
    }

    public static SharedDirectory open(Path root) throws IOException {
        return new SharedDirectory(root, Files.exists(BOOT_ID) ? Files.readString(BOOT_ID).strip() : "unknown");
    }

    public String boot() {
        return boot;
    }

    /** The head of conf.json, if the file exists and was written since the node booted. */
    public Optional<Conf.Switch> order() throws IOException {
        return read(PodFile.CONF.as(Conf.Switch.class)).filter(order -> boot.equals(order.boot()));
    }

    /** Whether conf.json still says work or plan for this identity. */
    public boolean orders(JobId id) throws IOException {
        return order().filter(order -> order.id().equals(id)
                && (order.state() == Conf.State.WORK || order.state() == Conf.State.PLAN)).isPresent();
    }

    public boolean has(PodFile<?> file) {
        return Files.exists(path(file.name()));
    }

    Path path(String name) {
        return root.resolve(name);
    }

    /** @throws IllegalArgumentException if the file has another content */
    public <T> Optional<T> read(PodFile<T> file) throws IOException {
        return file.readIn(root);
    }

    /** Reads the file if it carries this identity; a file of another identity is ignored. */
    public <T extends JobId.Carrier> Optional<T> read(PodFile<T> file, JobId id) throws IOException {
        return read(file).filter(carrier -> carrier.id().equals(id));
    }

    /** Whether the file exists and carries this identity. */
    public boolean carries(PodFile<?> file, JobId id) throws IOException {
        return read(file.as(JobId.class)).filter(id::equals).isPresent();
    }

    public <T> void write(PodFile<T> file, T value) throws IOException {
        file.writeIn(root, value);
    }

    public void remove(PodFile<?> file) throws IOException {
        WholeFile.remove(path(file.name()));
    }

    public Path file(String name) {
        return file(name, "");
    }

    /** The file of an object during its download. */
    public Path part(String name) {
        return file(name, PART);
    }

    private Path file(String name, String suffix) {
        return files.resolve(Names.fileName(name) + suffix);
    }

    public Segments segments() {
        return new Segments(files);
    }

    /** Makes the downloaded object visible; before that its companion, if the name is too long for a file name. */
    public Path publish(String name) throws IOException {
        writeFullName(name);
        return Files.move(part(name), file(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Makes the failure of an object visible. */
    public Path publish(String name, Failure failure) throws IOException {
        return publish(name, FAILED, failure);
    }

    /** Makes it visible that a large object is complete. */
    public Path publish(String name, StreamEnd end) throws IOException {
        return publish(name, END, end);
    }

    private Path publish(String name, String suffix, Object content) throws IOException {
        writeFullName(name);
        WholeFile.write(file(name, suffix), Json.write(content));
        return file(name, suffix);
    }

    /** Removes a stored entry; the companion last, because after a crash between the two the name is still needed. */
    public void remove(Entry entry) throws IOException {
        Files.deleteIfExists(entry.file());
        if (Names.tooLong(entry.file().getFileName().toString())) {
            Files.deleteIfExists(file(entry.name(), FULL_NAME));
        }
    }

    /**
     * The entries of one listing, by name. The listing may contain or lack an entry that is published meanwhile, so it
     * can contain a later name without an earlier one: see {@link #inOrder}.
     */
    public List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path path : segments().all()) {
            String file = path.getFileName().toString();
            int dot = file.indexOf('.');
            String suffix = dot < 0 ? "" : file.substring(dot);
            if (dot < 0 || suffix.equals(FAILED) || suffix.equals(END)) {
                Optional<String> name = name(dot < 0 ? file : file.substring(0, dot));
                name.ifPresent(known -> entries.add(new Entry(known, path, suffix.equals(FAILED))));
            }
        }
        entries.sort(BY_NAME);
        return entries;
    }

    /**
     * The entries up to the first gap. It lists twice, and returns the second listing up to the last entry of the
     * first. All of these were published before the second listing started, because entries become visible in order.
     */
    public List<Entry> inOrder() throws IOException {
        List<Entry> first = entries();
        if (first.isEmpty()) {
            return first;
        }
        Entry last = first.get(first.size() - 1);
        return entries().stream().filter(entry -> BY_NAME.compare(entry, last) <= 0).toList();
    }

    /** Removes all files from files/. */
    public void sweep() throws IOException {
        segments().sweep();
    }

    /** The reason why the directory cannot be written to, or null. */
    public String problem() {
        return Files.isWritable(files) && Files.isWritable(root) ? null : root + " is not writable";
    }

    private Optional<String> name(String fileName) throws IOException {
        if (!Names.tooLong(fileName)) {
            return Optional.of(Names.decoded(fileName));
        }
        // absent if the hasher removed the entry, and then its companion, after the directory was listed
        return WholeFile.read(files.resolve(fileName + FULL_NAME));
    }

    private void writeFullName(String name) throws IOException {
        if (Names.tooLong(Names.fileName(name))) {
            WholeFile.write(file(name, FULL_NAME), name);
        }
    }
}
