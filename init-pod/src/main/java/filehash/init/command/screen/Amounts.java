package filehash.init.command.screen;

import filehash.program.Plural;
import java.util.Locale;

/** Numbers as people read them. */
public final class Amounts {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Amounts() {
    }

    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** 1 object, 2 objects. */
    public static String count(long number, String what) {
        return count(number) + " " + Plural.noun(number, what);
    }

    public static String bytes(double number) {
        double rest = number;
        int unit = 0;
        while (rest >= 999.5 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, unit > 0 && rest < 9.95 ? "%.1f %s" : "%.0f %s", rest, UNITS[unit]);
    }

    static String rate(double perSecond) {
        return perSecond > 0 && perSecond < 9.95 ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                : count(Math.round(perSecond)) + "/s";
    }

    static String time(long seconds) {
        if (seconds < 100) {
            return seconds + " s";
        }
        long minutes = (seconds + 30) / 60;
        if (minutes < 100) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " d " + hours % 24 + " h";
    }

    /** 100 % only for all. */
    static String share(double share, boolean estimated) {
        return (estimated ? "~" : "") + (int) Math.floor(Math.min(1, share) * 100) + " %";
    }
}
