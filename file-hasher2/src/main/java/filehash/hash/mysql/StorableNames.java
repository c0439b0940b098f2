package filehash.hash.mysql;

import filehash.hash.job.Batch;
import filehash.hash.job.ObjectOutcome;
import filehash.pod.Failure;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds the names that the character set of FileHash.FileName cannot hold. They become failed objects, because MySQL
 * would store them with question marks. The server decides: it converts each name there and back. Immutable.
 *
 * @param charset the character set of the column
 */
record StorableNames(String charset) {
    private static final int AT_ONCE = 100;

    StorableNames {
        if (!charset.matches("[a-z0-9_]+")) {
            throw new IllegalArgumentException("not a character set: " + charset);
        }
    }

    /** Returns the batch with the names that do not fit as failed objects. */
    Batch checked(Session session, Batch batch) throws SQLException {
        if (charset.equals("utf8mb4")) {
            return batch;
        }
        List<ObjectOutcome> checked = new ArrayList<>();
        for (int from = 0; from < batch.outcomes().size(); from += AT_ONCE) {
            List<ObjectOutcome> part =
                    batch.outcomes().subList(from, Math.min(batch.outcomes().size(), from + AT_ONCE));
            List<Boolean> fits = fits(session, part.stream().map(ObjectOutcome::name).toList());
            for (int i = 0; i < part.size(); i++) {
                checked.add(part.get(i).isFailed() || fits.get(i) ? part.get(i) : failed(part.get(i).name()));
            }
        }
        return new Batch(checked);
    }

    private List<Boolean> fits(Session session, List<String> names) throws SQLException {
        String fits = "CAST(CONVERT(CONVERT(? USING " + charset + ") USING utf8mb4) AS BINARY) = CAST(? AS BINARY)";
        Object[] values = names.stream().flatMap(name -> Stream.of(name, name)).toArray();
        return session.query(result -> {
            List<Boolean> answers = new ArrayList<>();
            for (int i = 1; i <= names.size(); i++) {
                answers.add(result.getBoolean(i));
            }
            return answers;
        }, "SELECT " + fits + (", " + fits).repeat(names.size() - 1), values).get(0);
    }

    private ObjectOutcome failed(String name) {
        return ObjectOutcome.failed(name, new Failure(Failure.Kind.NAME_NOT_STORABLE,
                "FileHash.FileName is in " + charset + ", which cannot hold the name"));
    }
}
