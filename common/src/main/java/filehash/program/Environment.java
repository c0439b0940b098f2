package filehash.program;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads and validates environment variables. It collects the problems until {@link #check}, so that an operator sees
 * all of them at once. An empty variable counts as absent, because a ConfigMap cannot leave one out. A message shows
 * the wrong value, but never a secret.
 */
final class Environment {
    private static final int LONGEST_VALUE = 1 << 16;

    private final Map<String, String> variables;
    private final List<String> problems = new ArrayList<>();

    Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    static String machineName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost"; // the machine does not know its name, which is only for people
        }
    }

    void check() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    String text(String name, String absent, int longest) {
        return parsed(name, absent, "a text of one line and at most " + longest + " characters",
                value -> value.length() <= longest && value.chars().noneMatch(Character::isISOControl) ? value : null);
    }

    int number(String name, int absent, int least, int most) {
        return parsed(name, absent, "a number from " + least + " to " + most, value -> {
            int number = Integer.parseInt(value);
            return number >= least && number <= most ? number : null;
        });
    }

    boolean flag(String name) {
        return parsed(name, false, "true or false", value -> switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> null;
        });
    }

    String word(String name, List<String> words) {
        return parsed(name, words.get(0), "one of " + words, value -> {
            String word = value.toLowerCase(Locale.ROOT);
            return words.contains(word) ? word : null;
        });
    }

    long bytes(String name, long absent, long least) {
        return parsed(name, absent, "at least " + least + " bytes, as a number, or one with Ki, Mi or Gi", value -> {
            long number = ByteSize.parse(value);
            return number >= least ? number : null;
        });
    }

    Path path(String name, Path absent) {
        return parsed(name, absent, "a path", Path::of);
    }

    /** A host name or an address, as in a URL. */
    String host(String name, String absent) {
        String host = parsed(name, absent, "a host name or an address",
                value -> value.matches("[A-Za-z0-9.:_-]+|\\[[0-9a-fA-F:.]+]") ? value : null);
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    List<URI> urls(String name, String absent) {
        String rule = "a comma list of http:// or of https:// URLs with host and port";
        return parsed(name, List.of(URI.create(absent)), rule, value -> {
            List<URI> urls = new ArrayList<>();
            for (String part : value.split(",", -1)) {
                URI url = HttpUrl.parsed(part.strip());
                if (url == null || url.getPort() < 1) {
                    return null;
                }
                urls.add(url);
            }
            return urls.stream().map(URI::getScheme).distinct().count() == 1 ? List.copyOf(urls) : null;
        });
    }

    void url(String name) {
        parsed(name, null, "an http:// or https:// URL of a host", HttpUrl::parsed);
    }

    Secret secret(String name) {
        String value = value(name);
        if (value != null && value(name + "_FILE") != null) {
            problems.add(name + " and " + name + "_FILE are both set: set one of them");
        }
        return value == null ? null : new Secret(value);
    }

    Path secretFile(String name) {
        return path(name + "_FILE", null);
    }

    /** The settings of /conf that are set, by their keys. */
    <T> Map<String, T> conf(List<String> keys, Function<String, T> setting) {
        Map<String, T> conf = new HashMap<>();
        for (String key : keys) {
            T value = setting.apply("CONF_" + key.toUpperCase(Locale.ROOT));
            if (value != null) {
                conf.put(key, value);
            }
        }
        return Map.copyOf(conf);
    }

    void together(String one, Object first, String other, Object second) {
        if ((first == null) != (second == null)) {
            String set = first == null ? other : one;
            problems.add(set + " is set and " + (first == null ? one : other) + " is not: set both or neither");
        }
    }

    /** @param rule returns null, or throws, for a value that violates it */
    private <T> T parsed(String name, T absent, String what, Function<String, T> rule) {
        String value = value(name);
        if (value == null) {
            return absent;
        }
        T parsed = null;
        try {
            parsed = value.length() <= LONGEST_VALUE ? rule.apply(value) : null;
        } catch (IllegalArgumentException | ArithmeticException e) {
            parsed = null; // reported below, with the rule
        }
        if (parsed == null) {
            problems.add(name + "='" + shown(value) + "' is not " + what);
            return absent;
        }
        return parsed;
    }

    /** Hides everything before an at sign, because it may contain a password. */
    private static String shown(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "?").replaceFirst("^.*@", "(secret)@");
        return line.length() <= 100 ? line : line.substring(0, 100) + "...";
    }

    private String value(String name) {
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
