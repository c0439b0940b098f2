package filehash.fetch.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.backends.KindOfNames;
import filehash.fetch.s3.Listed;
import filehash.fetch.s3.Pages;
import filehash.job.Amount;
import filehash.job.JobId;
import filehash.job.PlannedRange;
import filehash.job.Split;
import filehash.pod.Conf;
import filehash.pod.GiveUp;
import filehash.pod.Names;
import filehash.pod.PlanFin;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How evenly jobs are cut, and how many requests that costs. */
class SurveyTest {
    private static final int STREAMS = 16;
    private static final int JOBS = 64;
    private static final JobId ID = new JobId("plan", 0, 1);
    private static final Conf.PlanOrder LIST = new Conf.PlanOrder(Split.LIST, JOBS, 4);
    private static final Conf.PlanOrder AUTO = new Conf.PlanOrder(Split.AUTO, JOBS, 4);
    private static final Map<KindOfNames, Folder> FOLDERS = new ConcurrentHashMap<>();
    private static final String ASTRAL = "\ud840\udc00";

    @ParameterizedTest
    @EnumSource
    void jobs_areEvenAndCheapToFindForEachKindOfNames(KindOfNames kind) throws Exception {
        Folder folder = new Folder(kind.names(200_000));
        Survey survey = survey(LIST);
        PlanFin fin = plan(folder.surveyedBy(survey, STREAMS), survey, LIST);
        double most = fin.ranges().stream().mapToLong(range -> range.amount().objects()).max().orElseThrow()
                / ((double) folder.count() / JOBS);
        double perThousand = folder.requests() / (folder.count() / 1000.0);
        double ideal = folder.count() / 1000.0 / STREAMS;
        String seen = kind + ": " + folder.rounds() + " rounds (ideal " + ideal + "), " + perThousand
                + " requests for 1,000 names, largest job " + most + " times the mean";
        assertTrue(fin.plan().complete() && fin.plan().total().objects() == folder.count(), fin.plan().toString());
        assertTrue(most <= 1.2 && perThousand <= 2.5 && folder.rounds() <= 3 * ideal, seen);
    }

    /** The alphabets make long common prefixes, prefixes of other names, and characters that Java orders otherwise. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 63, 1001, 2500})
    void ranges_holdEveryNameOnceWhateverTheNamesAre(int count) throws Exception {
        Random random = new Random(count);
        for (String prefix : List.of("", "a/".repeat(440), ASTRAL.repeat(20), "100%/")) {
            for (int[] alphabet : new int[][] {{'a', 'b'}, {'!', '%', '0', '~'}, {0x1, 0x20, 0x7f, 0xe000, 0xffff},
                    {'z', 0xfffd, 0x20000, 0x10fffd, 0x10ffff}}) {
                String[] names = random.ints(count, 1, 24).mapToObj(length -> prefix + random.ints(length, 0,
                        alphabet.length).map(at -> alphabet[at]).collect(StringBuilder::new,
                                StringBuilder::appendCodePoint, StringBuilder::append))
                        .toArray(String[]::new);
                Folder folder = new Folder(names);
                for (int jobs : new int[] {1, 7, 300}) {
                    Conf.PlanOrder order = new Conf.PlanOrder(Split.LIST, jobs, 1);
                    Survey survey = survey(order);
                    folder.surveyedBy(survey, STREAMS, random, Integer.MAX_VALUE);
                    requireTiles(folder, plan(folder, survey, order));
                }
            }
        }
    }

    private static void requireTiles(Folder folder, PlanFin fin) throws CharacterCodingException {
        assertEquals(folder.count(), fin.plan().total().objects());
        assertArrayEquals(folder.countsIn(fin.ranges()),
                fin.ranges().stream().mapToLong(range -> range.amount().objects()).toArray());
        for (PlannedRange range : fin.ranges()) {
            assertTrue(StandardCharsets.UTF_8.newEncoder().canEncode(range.start()), range.toString());
            assertTrue(range.start().getBytes(StandardCharsets.UTF_8).length <= 1024, range.toString());
            assertTrue(range.amount().objects() == 0 ? range.end().isEmpty()
                    : Names.ORDER.compare(range.start(), range.end()) <= 0, range.toString());
        }
    }

    @Test
    void starts_areTheShortestNamesThatSeparate() throws Exception {
        PlanFin fin = plan(new Folder("IMG_0001", "IMG_0002", "IMG_1", "J"), new Conf.PlanOrder(Split.LIST, 6, 1));
        assertEquals(List.of("", "IMG_0002", "IMG_1", "J", "K0000", "K0001"),
                fin.ranges().stream().map(PlannedRange::start).toList());
        assertEquals(List.of("IMG_0001", "IMG_0002", "IMG_1", "J", "", ""),
                fin.ranges().stream().map(PlannedRange::end).toList());
    }

    @Test
    void jobs_areEvenWhereSomeObjectsAreLarge() throws Exception {
        Random random = new Random(7);
        TreeMap<String, Long> sizes = new TreeMap<>();
        IntStream.range(0, 2000).forEach(i -> sizes.put("o" + random.nextInt(1_000_000) + "-" + i, 4096L));
        IntStream.range(0, 20).forEach(i -> sizes.put("o" + random.nextInt(1_000_000) + "-large" + i, 5L << 30));
        for (long bytes : new long[] {100 << 20, 1L << 30, 5L << 30}) {
            sizes.replaceAll((name, size) -> name.contains("large") ? bytes : size);
            PlanFin fin = plan(new Folder(sizes, sizes.keySet().toArray(String[]::new)), LIST);
            double mean = Cost.of(fin.plan().total()) / JOBS;
            for (PlannedRange range : fin.ranges()) {
                assertTrue(Cost.of(range.amount()) <= 1.3 * mean || range.amount().objects() == 1, mean + " " + range);
                assertTrue(range.amount().objects() > 0, range.toString());
            }
            assertEquals(bytes, fin.plan().largest());
            assertEquals(Map.of("STANDARD", fin.plan().total()), fin.plan().storageClasses());
        }
    }

    @Test
    void memory_doesNotDependOnTheNumberOfObjects() throws Exception {
        Folder folder = new Folder(KindOfNames.MIXED.names(200_000));
        Survey survey = new Survey(STREAMS, false, 500);
        folder.surveyedBy(survey, STREAMS);
        int pieces = survey.pieces().all().size();
        assertTrue(pieces <= 500 && pieces >= 100, pieces + " pieces");
        Folder wide = new Folder(IntStream.range(0, 30_000).mapToObj(i -> "x".repeat(900) + i).toArray(String[]::new));
        Survey longNames = new Survey(STREAMS, false, 30_000);
        wide.surveyedBy(longNames, STREAMS);
        long text = longNames.pieces().all().stream().mapToLong(piece -> piece.first.length() + piece.last.length())
                .sum();
        assertTrue(text <= 8 << 20 && text > 1 << 20, text + " characters");
    }

    @Test
    void hex_isSeenAtOnceWhereItIsEvenAndTheFolderIsNotListed() throws Exception {
        Folder folder = new Folder(KindOfNames.HEX.names(100_000));
        Survey survey = survey(AUTO);
        PlanFin fin = plan(folder.surveyedBy(survey, STREAMS), survey, AUTO);
        assertEquals(Split.HEX, fin.plan().split());
        assertFalse(fin.plan().complete());
        assertTrue(folder.requests() <= 25, folder.requests() + " requests");
        assertEquals(100_000, fin.plan().total().objects(), 5000);
        assertEquals(JOBS, fin.plan().jobs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "dates", "upper", "beyond"})
    void hex_isNotTakenWhereItIsUneven(String how) throws Exception {
        String[] names = KindOfNames.HEX.names(30_000);
        for (int i = 0; i < names.length; i++) {
            names[i] = switch (how) {
                case "dense" -> i % 2 == 0 ? "7" + names[i] : names[i];
                case "dates" -> "20" + names[i].replaceAll("[a-f]", "1");
                case "upper" -> i % 2 == 0 ? names[i].toUpperCase(Locale.ROOT) : names[i];
                default -> i % 2 == 0 ? "img" + names[i] : names[i];
            };
        }
        Folder folder = new Folder(names);
        Survey survey = survey(AUTO);
        PlanFin fin = plan(folder.surveyedBy(survey, STREAMS), survey, AUTO);
        assertEquals(Split.LIST, fin.plan().split());
        requireTiles(folder, fin);
    }

    @Test
    void hex_isTakenAfterTheListingWhereItIsEven() throws Exception {
        String[] names = KindOfNames.HEX.names(50_000);
        Folder folder = new Folder(IntStream.range(0, names.length)
                .mapToObj(i -> i == 5 ? "0.txt" : names[i]).toArray(String[]::new)); // not hex at first sight
        Survey survey = survey(AUTO);
        PlanFin fin = plan(folder.surveyedBy(survey, STREAMS), survey, AUTO);
        assertEquals(Split.HEX, fin.plan().split());
        assertEquals(50_000, fin.plan().total().objects());
        assertTrue(fin.plan().complete() && fin.ranges().isEmpty(), fin.plan().toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 30})
    void ranges_areEstimatedWhereTheTimeIsNotEnough(int rounds) throws Exception {
        for (KindOfNames kind : KindOfNames.values()) {
            Folder folder = new Folder(FOLDERS.computeIfAbsent(kind, of -> new Folder(of.names(30_000))));
            Survey survey = survey(LIST);
            folder.surveyedBy(survey, STREAMS, new Random(rounds), rounds);
            PlanFin fin = plan(folder, survey, LIST);
            assertEquals(survey.isComplete(), fin.plan().complete(), kind.toString());
            assertEquals(fin.plan().total(), fin.ranges().stream().map(PlannedRange::amount)
                    .reduce(Amount.NONE, Amount::plus));
            long used = Arrays.stream(folder.countsIn(fin.ranges())).filter(objects -> objects > 0).count();
            assertTrue(rounds < 8 || used > JOBS / 4, kind + ": only " + used + " jobs have objects");
            assertTrue(rounds < 30 || fin.plan().complete(), kind.toString());
        }
    }

    @Test
    void jobs_areCountedByThePlanIfItIsAsked() throws Exception {
        assertEquals(1, jobs(0, 0, 4));
        assertEquals(3, jobs(3, 0, 4));
        assertEquals(16, jobs(10_000, 0, 4));
        assertEquals(40, jobs(40, 10_000_000_000L, 4));
        assertEquals(25, jobs(250_000, 0, 1));
        assertEquals(4096, jobs(5000, 100_000_000_000L, 1));
    }

    private static int jobs(int objects, long size, int pods) throws GiveUp {
        Conf.PlanOrder order = new Conf.PlanOrder(Split.LIST, 0, pods);
        TreeMap<String, Long> sizes = new TreeMap<>();
        String[] names = IntStream.range(0, objects).mapToObj(i -> "n" + (1_000_000 + i)).toArray(String[]::new);
        Arrays.stream(names).forEach(name -> sizes.put(name, size));
        return plan(new Folder(sizes, names), order).plan().jobs();
    }

    @Test
    void key_ofTheFolderItselfIsNoObject() throws Exception {
        PlanFin fin = plan(new Folder("", "a", "b/"), new Conf.PlanOrder(Split.LIST, 2, 1));
        assertEquals(new Amount(2, 0), fin.plan().total());
    }

    @Test
    void page_thatIsItsOwnSuccessorOrOutOfOrderIsRefused() throws Exception {
        Survey repeats = survey(LIST);
        repeats.answer(repeats.next(), new Pages.Page<>(page("a"), "1"));
        Survey.Request second = repeats.next();
        assertEquals("1", second.token());
        GiveUp e = assertThrows(GiveUp.class, () -> repeats.answer(second, new Pages.Page<>(List.of(), "1")));
        assertTrue(e.getMessage().contains("its own successor"), e.getMessage());
        Survey falls = survey(LIST);
        GiveUp order = assertThrows(GiveUp.class,
                () -> falls.answer(falls.next(), new Pages.Page<>(page("b", "a"), null)));
        assertTrue(order.getMessage().contains("'a' after 'b'"), order.getMessage());
    }

    /** Some servers refuse to start anywhere, others start somewhere else. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dives_thatAreRefusedOrAnsweredFromElsewhereLeaveTheListingToOneStream(boolean refuses) throws Exception {
        Folder folder = new Folder(KindOfNames.IMAGES.names(20_000));
        Survey survey = survey(LIST);
        int dives = 0;
        while (!survey.isOver()) {
            List<Survey.Request> round = new ArrayList<>();
            for (Survey.Request next = survey.next(); next != null; next = survey.next()) {
                round.add(next);
            }
            for (Survey.Request request : round) {
                dives += request.isDive() ? 1 : 0;
                if (request.isDive() && refuses) {
                    survey.refused(request);
                } else if (request.isDive()) {
                    survey.answer(request, folder.list(new Survey.Request(null, null, request.stretch())));
                } else {
                    survey.answer(request, folder.list(request));
                }
            }
        }
        requireTiles(folder, plan(folder, survey, LIST));
        assertTrue(dives > 0 && dives <= 20 * STREAMS, dives + " dives");
    }

    private static List<Listed> page(String... names) {
        return Arrays.stream(names).map(name -> new Listed(name, 0, "STANDARD")).toList();
    }

    private static Survey survey(Conf.PlanOrder order) {
        return new Survey(STREAMS, order.split() == Split.AUTO, Decision.pieces(order));
    }

    private static PlanFin plan(Folder folder, Conf.PlanOrder order) throws GiveUp {
        Survey survey = survey(order);
        return plan(folder.surveyedBy(survey, STREAMS), survey, order);
    }

    private static PlanFin plan(Folder folder, Survey survey, Conf.PlanOrder order) {
        return Decision.of(ID, order, survey, folder.rounds());
    }
}
