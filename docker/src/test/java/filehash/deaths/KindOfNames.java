package filehash.deaths;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the objects of a folder are called. */
enum KindOfNames {
    HEX, GUID, IMAGES, DATES, ONE_DENSE_FOLDER, LONG_PREFIX, UNICODE, MIXED;

    /** The end of the names of large objects. */
    static final String LARGE = ".large";

    private static final List<String> ALPHABETS = List.of("\u3042\u3044\u3046", "\u4e00\u4e8c\u4e09",
            "\ud840\udc00\ud840\udc01\ud840\udc02");
    /** 880 bytes, in fewer characters than FileName takes. */
    private static final String LONG = "\ud840\udc0b".repeat(220);
    private static final int ONE_IN = 30;

    /** So many names, in order. One in thirty is that of a large object. */
    List<String> names(int count, Random random) {
        Set<String> names = new TreeSet<>(Objects.ORDER);
        for (int i = 0; names.size() < count; i++) {
            names.add(name(random, i, count) + (i % ONE_IN == ONE_IN / 2 ? LARGE : ""));
        }
        return new ArrayList<>(names);
    }

    private String name(Random random, int i, int count) {
        return switch (this) {
            case HEX -> hex(random, 64);
            case GUID -> new UUID(random.nextLong(), random.nextLong()).toString().toUpperCase(Locale.ROOT) + ".bin";
            case IMAGES -> String.format("IMG_%07d.jpg", i);
            case DATES -> String.format("%d/%02d/%02d/%s.log", 2024 + 2 * i / count, 1 + random.nextInt(12),
                    1 + random.nextInt(28), hex(random, 12));
            case ONE_DENSE_FOLDER -> random.nextInt(10) > 0 ? String.format("projects/alpha/frames/frame-%08d.png", i)
                    : String.format("projects/%s/run-%04d.json", List.of("beta", "gamma").get(random.nextInt(2)), i);
            case LONG_PREFIX -> LONG + String.format("%09d", 7 * i);
            case UNICODE -> random.ints(6, 0, 9).mapToObj(at -> character(ALPHABETS.get(at / 3), at % 3))
                    .collect(Collectors.joining());
            case MIXED -> switch (i % 4) {
                case 0 -> hex(random, 32);
                case 1 -> String.format("logs/2025/%02d/%06d", 1 + random.nextInt(12), i);
                default -> String.format("IMG_%06d.jpg", i);
            };
        };
    }

    private static String character(String alphabet, int at) {
        return Character.toString(alphabet.codePoints().toArray()[at]);
    }

    private static String hex(Random random, int digits) {
        return random.ints(digits, 0, 16).mapToObj(Integer::toHexString).collect(Collectors.joining());
    }
}
