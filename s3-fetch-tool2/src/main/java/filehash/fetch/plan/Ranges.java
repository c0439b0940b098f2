package filehash.fetch.plan;

import filehash.job.Amount;
import filehash.job.HexRange;
import filehash.job.PlannedRange;
import filehash.pod.Names;
import java.util.ArrayList;
import java.util.List;

/** Divides pieces among jobs so that the costliest job costs as little as possible. */
final class Ranges {
    private static final int ROUNDS = 60;

    private Ranges() {
    }

    /** Exactly so many ranges; if there are fewer pieces, the last ones lie after all names and hold none. */
    static List<PlannedRange> of(List<Piece> pieces, int jobs) {
        List<List<Piece>> parts = parts(pieces, jobs, limit(pieces, jobs));
        List<PlannedRange> ranges = new ArrayList<>();
        String before = null;
        for (List<Piece> part : parts) {
            Piece first = part.get(0);
            ranges.add(range(before == null ? "" : CodePoints.separator(before, first.first), part));
            Piece last = part.get(part.size() - 1);
            before = last.last == null ? last.first : last.last;
        }
        if (ranges.isEmpty()) {
            ranges.add(new PlannedRange("", "", Amount.NONE));
        }
        addEmpty(ranges, jobs, before == null ? "" : before);
        return ranges;
    }

    private static PlannedRange range(String start, List<Piece> part) {
        String end = "";
        Amount amount = Amount.NONE;
        for (Piece piece : part) {
            end = piece.last == null ? end : piece.last;
            amount = amount.plus(piece.amount());
        }
        return new PlannedRange(start, end, amount);
    }

    private static void addEmpty(List<PlannedRange> ranges, int jobs, String last) {
        String beyond = CodePoints.afterAll(CodePoints.of(last), Math.min(1, last.length()));
        for (int i = 0; ranges.size() < jobs; i++) {
            ranges.add(new PlannedRange((beyond == null ? last : beyond) + String.format("%04x", i), "", Amount.NONE));
        }
    }

    /** The least cost that no job need exceed, but for a piece that alone costs more. */
    private static double limit(List<Piece> pieces, int jobs) {
        double low = 0;
        double high = pieces.stream().mapToDouble(Piece::cost).sum();
        for (int i = 0; i < ROUNDS; i++) {
            double middle = (low + high) / 2;
            if (jobs(pieces, middle) <= jobs) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    /** How many jobs it takes, if they are filled up to the limit one after the other. */
    private static int jobs(List<Piece> pieces, double limit) {
        int jobs = 0;
        double cost = Double.MAX_VALUE;
        for (Piece piece : pieces) {
            boolean fits = cost + piece.cost() <= limit;
            jobs += fits ? 0 : 1;
            cost = piece.cost() + (fits ? cost : 0);
        }
        return jobs;
    }

    /** Fills jobs up to the limit, but leaves a piece for each of the jobs. */
    private static List<List<Piece>> parts(List<Piece> pieces, int jobs, double limit) {
        List<List<Piece>> parts = new ArrayList<>();
        double cost = 0;
        for (int i = 0; i < pieces.size(); i++) {
            Piece piece = pieces.get(i);
            boolean isScarce = pieces.size() - i <= jobs - parts.size();
            if (parts.isEmpty() || cost + piece.cost() > limit || isScarce) {
                parts.add(new ArrayList<>());
                cost = 0;
            }
            parts.get(parts.size() - 1).add(piece);
            cost += piece.cost();
        }
        return parts;
    }

    /** How many times the mean the costliest published hex range costs. */
    static double hexUnevenness(List<Piece> pieces, int jobs) {
        double[] costs = new double[jobs];
        double sum = 0;
        int job = 0;
        for (Piece piece : pieces) {
            while (job + 1 < jobs && Names.ORDER.compare(HexRange.of(job, jobs).before(), piece.first) <= 0) {
                job++;
            }
            costs[job] += piece.cost();
            sum += piece.cost();
        }
        double most = 0;
        for (double cost : costs) {
            most = Math.max(most, cost);
        }
        return sum == 0 ? 1 : most / (sum / jobs);
    }
}
