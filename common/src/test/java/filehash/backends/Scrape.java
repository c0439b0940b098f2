package filehash.backends;

/** A text of /metrics. */
public record Scrape(String text) {
    /** The value of a series, named with its labels in the order of their names; NaN if it is not there. */
    public double value(String series) {
        return text.lines().filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1))).findFirst()
                .orElse(Double.NaN);
    }
}
