package filehash.init.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The page itself, and the policy by which a browser runs nothing else: the one script and the one style that this file
 * holds, by their digests, and requests to this server alone. No text can become markup (Trusted Types).
 */
record Markup(byte[] bytes, String policy) {
    static Markup load() {
        try (InputStream file = Markup.class.getResourceAsStream("page.html")) {
            byte[] bytes = file.readAllBytes();
            String text = new String(bytes, StandardCharsets.UTF_8);
            return new Markup(bytes, "default-src 'none'; script-src " + digest(text, "script") + "; style-src "
                    + digest(text, "style") + "; connect-src 'self'; img-src data:; base-uri 'none'; "
                    + "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
                    + "trusted-types 'none'");
        } catch (IOException e) {
            throw new UncheckedIOException("page.html cannot be read from the jar", e);
        }
    }

    private static String digest(String text, String element) {
        String start = "<" + element + ">";
        String content = text.substring(text.indexOf(start) + start.length(), text.indexOf("</" + element + ">"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("each Java has SHA-256", e);
        }
    }
}
