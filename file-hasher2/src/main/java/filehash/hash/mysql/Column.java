package filehash.hash.mysql;

import java.util.List;

/**
 * A documented column.
 *
 * @param type as in its definition: varchar(256)
 * @param more the rest of its definition
 * @param late whether the tables of earlier versions lack it; the program works without it then
 * @param least how many characters are enough, in any character set, because what is longer is cut; 0 for all
 */
record Column(String name, String type, String more, boolean late, long least) {
    private static final List<String> TEXTS = List.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");
    private static final long TEXT_BYTES = 65_535;

    Column(String name, String type, String more) {
        this(name, type, more, false);
    }

    Column(String name, String type, String more, boolean late) {
        this(name, type, more, late, 0);
    }

    String definition() {
        return (name + " " + type + " " + more).strip();
    }

    /** Whether a column of this type, from information_schema, can hold every value of the documented one. */
    boolean isHeldBy(String dataType, long characters, long bytes) {
        String word = type.replaceFirst("\\(.*", "");
        if (TEXTS.contains(word)) {
            return TEXTS.contains(dataType) && (word.equals("text") ? bytes >= TEXT_BYTES
                    : characters >= (least > 0 ? least : Long.parseLong(type.replaceAll("\\D", ""))));
        }
        return dataType.equals(word) || word.equals("int") && dataType.equals("bigint");
    }
}
