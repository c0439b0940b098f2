package filehash.pod;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The hash methods; a constant's name is its documented spelling, as rows, conf.json and etcd hold it. */
public enum HashMethod {
    MD5("MD5"),
    SHA1("SHA-1"),
    SHA224("SHA-224"),
    SHA256("SHA-256"),
    SHA384("SHA-384"),
    SHA512("SHA-512");

    private final String algorithm;

    HashMethod(String algorithm) {
        this.algorithm = algorithm;
    }

    /** The name by which {@link java.security.MessageDigest} knows it. */
    public String algorithm() {
        return algorithm;
    }

    /** Reads what a user wrote: one method or several by comma, in any case and with or without hyphens. */
    public static List<HashMethod> parse(String text) {
        List<HashMethod> methods = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            HashMethod method = one(word);
            if (!methods.contains(method)) {
                methods.add(method);
            }
        }
        return List.copyOf(methods);
    }

    private static HashMethod one(String word) {
        String plain = word.strip().replace("-", "").toUpperCase(Locale.ROOT);
        for (HashMethod method : values()) {
            if (method.name().equals(plain)) {
                return method;
            }
        }
        throw new IllegalArgumentException("method '" + word.strip() + "' is none of " + List.of(values()));
    }
}
