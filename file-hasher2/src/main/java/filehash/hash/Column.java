package filehash.hash;

import java.util.List;

/**
 * A column as documented.
 *
 * @param type its type as one writes it: varchar(256)
 * @param more the rest of its definition
 */
record Column(String name, String type, String more) {
    private static final List<String> TEXTS = List.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");
    private static final long TEXT_BYTES = 65_535;

    String definition() {
        return (name + " " + type + " " + more).strip();
    }

    /** Whether a column of this type, as information_schema tells it, holds all that this one does. */
    boolean isHeldBy(String dataType, long characters, long bytes) {
        String word = type.replaceFirst("\\(.*", "");
        if (TEXTS.contains(word)) {
            return TEXTS.contains(dataType) && (word.equals("text") ? bytes >= TEXT_BYTES
                    : characters >= Long.parseLong(type.replaceAll("\\D", "")));
        }
        return dataType.equals(word) || word.equals("int") && dataType.equals("bigint");
    }
}
