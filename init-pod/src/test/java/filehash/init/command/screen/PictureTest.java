package filehash.init.command.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.init.command.survey.RequestStatus;
import filehash.init.command.survey.StatusSurvey;
import filehash.init.command.survey.Statuses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    private static final Paint NONE = new Paint(false);
    private static final StatusSurvey.Found EVERYTHING = new StatusSurvey.Found(
            Statuses.ALL.stream().filter(request -> !request.ended()).toList(), 3, List.of(Statuses.DONE));

    @Test
    void manyJobs_at80Columns() {
        assertEquals("""
                2026-11-30-photos  s3://archive/photos/  SHA256                          running
                  [###############################-------------------]  62 %, 72 min left
                  6,204,155 of 10,000,000 objects, 4.1 TB of 6.6 TB,
                  21,340/s and 612 MB/s over 60 s
                  64 jobs: 38 done, 8 at work in 8 pods, 18 waiting
                  37 objects failed: 31 ARCHIVED, 6 GONE""", drawn(80, Statuses.MANY_JOBS));
    }

    @Test
    void manyJobs_at200Columns() {
        List<String> lines = new Picture(200, NONE).of(Statuses.MANY_JOBS);
        assertEquals(120, lines.get(0).length());
        assertTrue(lines.get(0).endsWith("  running"));
        assertEquals("  6,204,155 of 10,000,000 objects, 4.1 TB of 6.6 TB, 21,340/s and 612 MB/s over 60 s",
                lines.get(2));
        assertEquals(5, lines.size());
    }

    @Test
    void oneJob_isEstimatedByNames() {
        assertEquals("""
                scans  s3://archive/photos/  SHA256                                      running
                  [###############-----------------------------------]  ~31 %, 3 min left
                  812 objects, 9.4 MB, 9.5/s and 110 kB/s over 85 s
                  1 job: 0 done, 1 at work in 1 pod
                  bound by cpu: give file-hasher2 more CPU, or run more pods on other nodes""",
                drawn(80, Statuses.ONE_JOB));
    }

    @Test
    void namesThatAreNotHexadecimal_haveNoBar() {
        assertEquals("""
                camera  s3://archive/photos/  SHA256                                     running
                  812 objects, 9.4 MB
                  1 job: 0 done, 1 at work in 1 pod""", drawn(80, Statuses.OTHER_NAMES));
    }

    @Test
    void planning_saysWhatThePodDoes() {
        assertEquals("""
                tapes  s3://archive/photos/  SHA256                                     planning
                  A pod lists the folder, to cut it into jobs of equal size.""",
                drawn(80, Statuses.PLANNING));
    }

    @Test
    void waiting_isOneLine() {
        assertEquals("later  s3://archive/photos/  SHA256                             waiting, 16 jobs",
                drawn(80, Statuses.WAITING));
    }

    @Test
    void parked_namesJobsReasonAndCommand() {
        assertEquals("""
                films  s3://archive/photos/  SHA256                                       parked
                  [#########################-------------------------]  ~50 %
                  1,000 objects, 2.0 GB
                  4 jobs: 2 done, 2 parked
                  jobs 1, 3 are parked: table FileHash is full: free space on the server
                  Once the cause is gone: filehash retry films""", drawn(80, Statuses.PARKED));
    }

    @Test
    void paused_saysHowToGoOn() {
        assertEquals("""
                maps  s3://archive/photos/  SHA256                            priority 5, paused
                  Go on: filehash resume maps
                  [###############-----------------------------------]  ~31 %
                  5,000 objects, 9.0 GB
                  16 jobs: 5 done, 11 waiting""", drawn(80, Statuses.PAUSED));
    }

    @Test
    void beingCancelled_asksForNothingAndPromisesNoTime() {
        assertEquals("""
                oops  s3://archive/photos/  SHA256                               being cancelled
                  it is to be cancelled: the next pod that looks ends it
                  [################----------------------------------]  ~33 %
                  4,500 objects, 2.9 GB
                  6 jobs: 2 done, 3 waiting, 1 parked
                  job 3 is parked: table FileHash is full""", drawn(80, Statuses.CANCELLING));
    }

    @Test
    void commands_quoteTheIdForAShell() {
        assertTrue(drawn(80, Statuses.named("x;reboot", Statuses.PARKED)).endsWith("filehash retry 'x;reboot'"));
        assertTrue(drawn(80, Statuses.named("a b", Statuses.PAUSED)).contains("filehash resume 'a b'\n"));
    }

    @Test
    void failing_namesTheReasonBeforeAnythingIsParked() {
        assertTrue(drawn(80, Statuses.FAILING)
                .contains("job 0 is tried again: Access denied for user 'filehash'@'10.0.0.7'"));
    }

    @Test
    void badAndIncomplete_sayWhatIsWrong() {
        assertEquals("""
                typo                                                                         bad
                  job 'sixteen' is not a number from 1 to 65536
                  Correct its keys, or end it: filehash cancel typo""", drawn(80, Statuses.BAD));
        assertEquals("""
                half                                                                  incomplete
                  waits for /req/half/method""", drawn(80, Statuses.INCOMPLETE));
    }

    @Test
    void doneAndCancelled_sayWhatThereIs() {
        assertEquals("""
                2026-11-29-photos  s3://archive/photos/  SHA256                             done
                  327 objects, 1.2 GB, in 49 s, 16 jobs
                  3 objects failed: 3 GONE""", drawn(80, Statuses.DONE));
        assertEquals("""
                mistake  s3://archive/photos/  SHA256                                  cancelled
                  1,234 objects, 5.0 MB, 3 of 16 jobs done
                  2 pods stopping
                  Rows that are stored stay.""", drawn(80, Statuses.CANCELLED));
    }

    @Test
    void emptyFolder_showsThatNothingWasFound() {
        assertEquals("""
                empty  s3://archive/photos/  SHA256                                         done
                  0 objects, 0 B, 1 job
                  no object lies below this root: is the folder right?""", drawn(80, Statuses.EMPTY));
        assertTrue(list(80, new StatusSurvey.Found(List.of(), 0, List.of(Statuses.EMPTY)))
                .endsWith("done, but no object found"));
    }

    @Test
    void requestThatCannotBePlanned_needsAPerson() {
        String list = list(80, new StatusSurvey.Found(List.of(Statuses.UNPLANNED), 0, List.of()));
        assertTrue(list.startsWith("1 request open, 1 needs you"), list);
        assertTrue(list.contains("404 NoSuchBucket"), list);
    }

    @Test
    void nothingToDo_saysHowToBegin() {
        assertEquals("""
                No request is open                                                      12:00:00
                Put a request: filehash submit s3://BUCKET/FOLDER --method SHA256""",
                list(80, new StatusSurvey.Found(List.of(), 0, List.of())));
    }

    @Test
    void list_saysHowManyNeedAPerson() {
        String list = list(80, EVERYTHING);
        assertTrue(list.startsWith("15 requests open, 10 pods at work, 3 need you"), list);
        assertTrue(list.contains("and 3 more"), list);
        assertTrue(list.contains("done, 327 objects, 1.2 GB, in 49 s, 3 failed"), list);
    }

    @Test
    void list_cutsTheSourceAndNeverAnIdThatFits() {
        String list = list(80, new StatusSurvey.Found(List.of(), 0, List.of(Statuses.DONE)));
        assertTrue(list.contains("\n2026-11-29-photos  "), list);
    }

    @Test
    void narrowTerminal_showsTheWholeIdAndLessElse() {
        StatusSurvey.Found found = new StatusSurvey.Found(List.of(Statuses.MANY_JOBS, Statuses.PARKED, Statuses.BAD,
                Statuses.PAUSED), 0, List.of(Statuses.DONE));
        assertEquals("""
                4 requests open, 8 pods at work, 2 need
                you

                2026-11-30-photos  s3://arch...  running
                films  s3://archive/ph...  parked, ~50 %
                  jobs 1, 3 are parked: table FileHas...
                typo                                 bad
                  job 'sixteen' is not a number from ...
                maps           priority 5, paused, ~31 %

                2026-11-29-photos         done, 3 failed""",
                String.join("\n", new Picture(40, NONE).of(found, "12:00:00", 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80})
    void longId_isWholeWhereThereIsRoom(int width) {
        String id = "2026-11-30-photos-of-the-archive-in-1999";
        StatusSurvey.Found found = new StatusSurvey.Found(List.of(Statuses.named(id, Statuses.MANY_JOBS)), 0,
                List.of(Statuses.named(id, Statuses.DONE)));
        List<String> lines = new Picture(width, NONE).of(found, "12:00:00", 1);
        assertEquals(2, lines.stream().filter(line -> line.startsWith(id + "  ")).count(), () -> lines.toString());
    }

    @Test
    void list_saysThatNoPodIsAtWork() {
        assertTrue(list(80, new StatusSurvey.Found(List.of(Statuses.WAITING), 0, List.of()))
                .contains("No pod is at work."));
        assertFalse(list(80, EVERYTHING).contains("No pod is at work."));
        assertFalse(list(80, new StatusSurvey.Found(List.of(Statuses.WAITING, Statuses.PLANNING), 0, List.of()))
                .contains("No pod is at work."), "one plans");
    }

    @Test
    void list_thatIsHigherThanTheTerminalHasALineForEachRequestAndWhyItNeedsAPerson() {
        StatusSurvey.Found found = new StatusSurvey.Found(List.of(Statuses.MANY_JOBS, Statuses.PARKED, Statuses.BAD,
                Statuses.PAUSED), 0, List.of(Statuses.DONE));
        List<String> whole = new Picture(80, NONE).of(found, "12:00:00", Integer.MAX_VALUE);
        assertEquals(whole, new Picture(80, NONE).of(found, "12:00:00", whole.size()));
        assertEquals("""
                4 requests open, 8 pods at work, 2 need you                             12:00:00

                2026-11-30-photos  s3://archive/photos/  SHA256       running, 62 %, 72 min left
                films  s3://archive/photos/  SHA256                                parked, ~50 %
                  jobs 1, 3 are parked: table FileHash is full: free space on the server
                typo                                                                         bad
                  job 'sixteen' is not a number from 1 to 65536
                maps  s3://archive/photos/  SHA256                     priority 5, paused, ~31 %

                2026-11-29-photos  s3://archive...  done, 327 objects, 1.2 GB, in 49 s, 3 failed""",
                String.join("\n", new Picture(80, NONE).of(found, "12:00:00", whole.size() - 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80, 81, 200})
    void lines_areNeverWiderThanTheTerminal(int width) {
        for (Paint paint : List.of(NONE, new Paint(true))) {
            Picture picture = new Picture(width, paint);
            Stream.concat(Statuses.ALL.stream(), Statuses.ALL.stream().map(Statuses::awkward)).forEach(request -> {
                StatusSurvey.Found one = request.ended() ? new StatusSurvey.Found(List.of(), 0, List.of(request))
                        : new StatusSurvey.Found(List.of(request), 0, List.of());
                Stream.concat(picture.of(request).stream(), picture.of(one, "12:00:00", Integer.MAX_VALUE).stream())
                        .forEach(line -> {
                            assertTrue(Cells.width(line) <= width, () -> Cells.width(line) + " columns: " + line);
                            assertFalse(line.contains("\u001b[2J") || line.contains("\u202e"), line);
                        });
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 80})
    void colours_changeNothingElse(int width) {
        List<String> coloured = new Picture(width, new Paint(true)).of(EVERYTHING, "12:00:00", Integer.MAX_VALUE);
        assertTrue(coloured.stream().anyMatch(line -> line.contains("\u001b[31m")));
        assertEquals(new Picture(width, NONE).of(EVERYTHING, "12:00:00", Integer.MAX_VALUE),
                coloured.stream().map(line -> line.replaceAll("\u001b\\[[0-9]*m", "")).toList());
    }

    private static String drawn(int width, RequestStatus request) {
        return String.join("\n", new Picture(width, NONE).of(request));
    }

    private static String list(int width, StatusSurvey.Found found) {
        return String.join("\n", new Picture(width, NONE).of(found, "12:00:00", Integer.MAX_VALUE));
    }
}
