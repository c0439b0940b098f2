package filehash.fetch.plan;

import filehash.fetch.s3.Listed;
import filehash.fetch.s3.Pages;
import filehash.job.PlannedRange;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** A folder in memory that is listed as S3 does it, in pages of 1,000 names. */
final class Folder {
    private static final int PAGE = 1000;

    private final String[] names;
    private final Listed[] objects;
    private int rounds;
    private long requests;

    /** Objects without bytes. */
    Folder(String... names) {
        this(new TreeMap<>(), names);
    }

    /** @param sizes of objects with bytes */
    Folder(TreeMap<String, Long> sizes, String... names) {
        this.names = Arrays.stream(names).distinct().sorted(Names.ORDER).toArray(String[]::new);
        this.objects = Arrays.stream(this.names)
                .map(name -> new Listed(name, sizes.getOrDefault(name, 0L), "STANDARD")).toArray(Listed[]::new);
    }

    /** The same folder, before any request. */
    Folder(Folder other) {
        this.names = other.names;
        this.objects = other.objects;
    }

    Pages.Page<Listed> list(Survey.Request request) {
        String after = request.token() != null ? request.token() : request.after();
        int found = after == null ? -1 : Arrays.binarySearch(names, after, Names.ORDER);
        int from = found >= 0 ? found + 1 : after == null ? 0 : -found - 1;
        int to = Math.min(from + PAGE, names.length);
        return new Pages.Page<>(Arrays.asList(objects).subList(from, to), to < names.length ? names[to - 1] : null);
    }

    /** Lists all in rounds: in each of them every stream sends one request. */
    Folder surveyedBy(Survey survey, int streams) throws GiveUp {
        return surveyedBy(survey, streams, new Random(1), Integer.MAX_VALUE);
    }

    /** The answers of a round come in random order. */
    Folder surveyedBy(Survey survey, int streams, Random random, int mostRounds) throws GiveUp {
        while (!survey.isOver() && rounds < mostRounds) {
            rounds++;
            List<Survey.Request> round = new ArrayList<>();
            for (Survey.Request next = survey.next(); next != null; next = round.size() < streams ? survey.next()
                    : null) {
                round.add(next);
            }
            requests += round.size();
            Collections.shuffle(round, random);
            for (Survey.Request request : round) {
                survey.answer(request, list(request));
            }
        }
        return this;
    }

    int rounds() {
        return rounds;
    }

    long requests() {
        return requests;
    }

    int count() {
        return names.length;
    }

    /** How many objects lie in each range, by their names. */
    long[] countsIn(List<PlannedRange> ranges) {
        long[] counts = new long[ranges.size()];
        int range = 0;
        for (String name : names) {
            while (range + 1 < ranges.size() && Names.ORDER.compare(ranges.get(range + 1).start(), name) <= 0) {
                range++;
            }
            counts[range]++;
        }
        return counts;
    }
}
