package filehash.hash;

import filehash.pod.Conf;
import filehash.pod.Failure;
import filehash.pod.GiveUp;
import filehash.pod.HashFin;
import filehash.pod.HashMethod;
import filehash.pod.JobId;
import filehash.pod.MySqlServer;
import filehash.pod.S3Fin;
import filehash.pod.Secret;
import filehash.pod.SharedDirectory;
import filehash.pod.Stop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A pod without its other two containers: conf.json and files/ are laid down as those would, and hashed. */
final class Pod {
    static final String RUN = "11111111-2222-3333-4444-555555555555";

    final SharedDirectory directory;
    final Conf conf;
    final Stop signal = new Stop();

    Pod(Path root, Conf conf) throws IOException {
        this.directory = SharedDirectory.on(root, conf.boot());
        this.conf = conf;
        directory.write(SharedDirectory.CONF, conf);
    }

    static Conf conf(MySqlServer.Database database, long attempt, HashMethod... methods) {
        return conf(new Conf.MySql(database.host(), database.port(), database.name(), database.user(),
                new Secret(database.password()), null), attempt, methods);
    }

    static Conf conf(Conf.MySql mysql, long attempt, HashMethod... methods) {
        return new Conf(Conf.Word.WORK, "boot", "1", new JobId(RUN, 0, attempt), "", "00", null, List.of(methods),
                new Conf.S3("bucket", null, "us-east-1", null, null, null), mysql);
    }

    void put(String name, String content) throws IOException {
        put(name, content.getBytes(StandardCharsets.UTF_8));
    }

    void put(String name, byte[] content) throws IOException {
        Files.write(directory.part(name), content);
        directory.publish(name);
    }

    void fail(String name, Failure.Kind kind, String message) throws IOException {
        directory.publish(name, new Failure(kind, message));
    }

    void fetched(long listed) throws IOException {
        directory.write(SharedDirectory.S3_FIN, new S3Fin(conf.id(), listed));
    }

    HashFin hash() throws GiveUp, IOException, InterruptedException {
        return hash(step -> { }).orElseThrow();
    }

    Optional<HashFin> hash(Consumer<String> steps) throws GiveUp, IOException, InterruptedException {
        return new Hasher(directory, "pod-" + conf.id().attempt(), signal, steps).run(conf);
    }
}
