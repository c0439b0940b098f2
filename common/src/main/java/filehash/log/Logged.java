package filehash.log;

import java.util.Map;

/** An argument of a log line that names what the line is about. Its text stands in the message. */
public interface Logged {
    String REQUEST = "request";
    String JOB = "job";
    String ATTEMPT = "attempt";

    /** The fields of the line in JSON: request, and for a job also job and attempt. */
    Map<String, Object> fields();

    static Logged of(String text, Map<String, Object> fields) {
        return new Logged() {
            @Override
            public Map<String, Object> fields() {
                return fields;
            }

            @Override
            public String toString() {
                return text;
            }
        };
    }

    /** @param shown the id as the message shows it, on one line */
    static Logged request(String id, String shown) {
        return of(REQUEST + " " + shown, Map.of(REQUEST, id));
    }
}
