package filehash.backends;

import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.BiFunction;

/** What the objects of a folder are called. Each function gives the name of the i-th of so many objects. */
public enum KindOfNames {
    HEX((random, i) -> hex(random, 64)),
    GUID((random, i) -> new UUID(random.nextLong(), random.nextLong()).toString().toUpperCase(Locale.ROOT) + ".bin"),
    IMAGES((random, i) -> "IMG_" + number(i.number, 7) + ".jpg"),
    DATES((random, i) -> {
        int month = (int) (i.number * 24L / i.count);
        return 2024 + month / 12 + "/" + number(1 + month % 12, 2) + "/" + number(1 + random.nextInt(28), 2) + "/"
                + number(random.nextInt(24), 2) + "/" + hex(random, 12) + ".log";
    }),
    ONE_DENSE_FOLDER((random, i) -> random.nextDouble() < 0.9
            ? "projects/alpha/run-0007/frames/frame-" + number(i.number, 8) + ".png"
            : "projects/" + new String[] {"beta", "gamma", "zeta"}[random.nextInt(3)] + "/run-"
                    + number(random.nextInt(900), 4) + "/meta/" + number(i.number, 8) + ".json"),
    /** 880 bytes begin each name, in fewer characters than FileName takes. */
    LONG_PREFIX((random, i) -> "\ud840\udc0b".repeat(220) + number(i.number * 7, 9)),
    UNICODE((random, i) -> random.ints(6, 0, 240)
            .map(at -> new int[] {0x3042, 0x4e00, 0x20000}[at / 80] + at % 80)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString()),
    MIXED((random, i) -> switch (i.number % 4) {
        case 0 -> hex(random, 32);
        case 1 -> "logs/2025/" + number(1 + random.nextInt(12), 2) + "/" + number(i.number, 6);
        default -> "IMG_" + number(i.number, 6) + ".jpg";
    });

    private record Index(int number, int count) {
    }

    private final BiFunction<Random, Index, String> name;

    KindOfNames(BiFunction<Random, Index, String> name) {
        this.name = name;
    }

    /** The same at each call. */
    public String[] names(int count) {
        Random random = new Random(1);
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = name(random, i, count);
        }
        return names;
    }

    public String name(Random random, int number, int count) {
        return name.apply(random, new Index(number, count));
    }

    private static String number(int number, int digits) {
        String text = Integer.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    private static String hex(Random random, int digits) {
        char[] text = new char[digits];
        for (int i = 0; i < digits; i++) {
            text[i] = Character.forDigit(random.nextInt(16), 16);
        }
        return new String(text);
    }
}
