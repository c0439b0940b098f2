package filehash.job;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The hash methods. The name of a constant is the documented spelling, in rows, conf.json and etcd alike. */
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

    public MessageDigest digest() {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks " + algorithm, e);
        }
    }

    /** Parses what a user wrote: methods separated by commas, in any case, with or without hyphens. */
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

    /** The opposite of {@link #parse}. */
    public static String join(List<HashMethod> methods) {
        return methods.stream().map(HashMethod::name).collect(Collectors.joining(","));
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
