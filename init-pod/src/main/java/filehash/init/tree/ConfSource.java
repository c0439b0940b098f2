package filehash.init.tree;

import filehash.init.etcd.Snapshot;
import filehash.job.RateLimits;
import filehash.pod.Conf;
import filehash.program.ByteSize;
import filehash.program.HttpUrl;
import filehash.program.Secret;
import filehash.program.Settings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Reads how to reach S3 and MySQL: from /conf, or from the environment or files, which win. Reads at each claim, since
 * any of it may change. Immutable.
 */
public final class ConfSource {
    private static final List<String> NEEDED = List.of("s3_bucket", "mysql_host", "mysql_name", "mysql_user",
            "mysql_pass");

    private final Settings settings;
    private final Tree tree;

    public ConfSource(Settings settings, Tree tree) {
        this.settings = settings;
        this.tree = tree;
    }

    /** The part of conf.json about S3 and MySQL. */
    public record Places(Conf.S3 s3, Conf.MySql mysql) {
    }

    /** @throws IllegalArgumentException that names what is missing or wrong, but holds no secret */
    public Places read(Snapshot all) {
        Map<String, Secret> values = new LinkedHashMap<>();
        for (String name : Settings.CONF_KEYS) {
            String value = value(name, all);
            if (value != null && !value.isEmpty()) {
                values.put(name, new Secret(value));
            }
        }
        List<String> missing = new ArrayList<>(NEEDED);
        missing.removeAll(values.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("missing: " + String.join(", ",
                    missing.stream().map(name -> tree.conf() + name).toList()));
        }
        limits(all);
        return places(values);
    }

    /**
     * The limits on requests and bytes per second of all pods together.
     *
     * @throws IllegalArgumentException that names the one that is wrong
     */
    public RateLimits limits(Snapshot all) {
        return new RateLimits(limit("max_requests_per_second", Long::parseLong, all),
                limit("max_bytes_per_second", ByteSize::parse, all));
    }

    private long limit(String name, ToLongFunction<String> parse, Snapshot all) {
        String value = value(name, all);
        if (value == null || value.isEmpty()) {
            return 0;
        }
        long limit = 0;
        try {
            limit = parse.applyAsLong(value);
        } catch (NumberFormatException | ArithmeticException e) {
            limit = 0; // reported below
        }
        if (limit <= 0) {
            throw new IllegalArgumentException(tree.conf() + name + " '" + Text.shown(value) + "' is not a number "
                    + "above 0; without the key there is no limit");
        }
        return limit;
    }

    /**
     * Where the summary of each request is posted that ends.
     *
     * @param key signs the posts; null for none
     */
    public record Receiver(Secret url, Secret key) {
    }

    /** Empty without a URL. */
    public Optional<Receiver> receiver(Snapshot all) {
        String url = value("webhook_url", all);
        String key = value("webhook_secret", all);
        return url == null || url.isEmpty() ? Optional.empty()
                : Optional.of(new Receiver(new Secret(url), key == null || key.isEmpty() ? null : new Secret(key)));
    }

    private Places places(Map<String, Secret> values) {
        URI endpoint = endpoint(text(values, "s3_endpoint", null));
        return new Places(
                new Conf.S3(text(values, "s3_bucket", null), endpoint, text(values, "s3_region", "us-east-1"),
                        values.get("s3_key"), values.get("s3_secret"), values.get("s3_token"),
                        is("path", "virtual", "s3_style",
                                text(values, "s3_style", endpoint == null ? "virtual" : "path")),
                        is("true", "false", "s3_requester_pays", text(values, "s3_requester_pays", "false"))),
                new Conf.MySql(text(values, "mysql_host", null), port(text(values, "mysql_port", "3306")),
                        text(values, "mysql_name", null), text(values, "mysql_user", null), values.get("mysql_pass"),
                        values.get("mysql_params")));
    }

    private String value(String name, Snapshot all) {
        if (settings.conf().containsKey(name)) {
            return settings.conf().get(name).reveal();
        }
        Path file = settings.confFiles().get(name);
        if (file == null) {
            String value = all.value(tree.conf() + name);
            return value == null ? null : value.strip();
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("CONF_" + name.toUpperCase(Locale.ROOT) + "_FILE " + file
                    + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }

    private static String text(Map<String, Secret> values, String name, String absent) {
        return values.containsKey(name) ? values.get(name).reveal() : absent;
    }

    /** @return true for the first value, false for the second */
    private boolean is(String one, String other, String name, String text) {
        if (!text.equals(one) && !text.equals(other)) {
            throw new IllegalArgumentException(tree.conf() + name + " '" + text + "' is neither " + one + " nor "
                    + other);
        }
        return text.equals(one);
    }

    private URI endpoint(String text) {
        if (text == null) {
            return null;
        }
        URI url = HttpUrl.parsed(text);
        if (url == null) {
            throw new IllegalArgumentException(tree.conf() + "s3_endpoint is not an http:// or https:// URL of a host, "
                    + "with at most a port and a path");
        }
        return url;
    }

    private int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(tree.conf() + "mysql_port '" + text + "' is not a port");
        }
        return Integer.parseInt(text);
    }
}
