package filehash.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import filehash.job.Amount;
import filehash.job.HashMethod;
import filehash.job.JobId;
import filehash.job.Plan;
import filehash.job.PlannedRange;
import filehash.job.RateLimits;
import filehash.job.Split;
import filehash.job.Tally;
import filehash.program.Json;
import filehash.program.Secret;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    private static final JobId ID = new JobId("4f8c", 3, 7);
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Tally TALLY = new Tally(5, 2, Map.of("GONE", 2L), 1234);

    @Test
    void write_putsIdentityAndCountsBesideTheRest() {
        assertEquals("{\"run\":\"4f8c\",\"job\":3,\"attempt\":7,\"listed\":9}", Json.write(new S3Fin(ID, 9)));
        assertEquals("{\"run\":\"4f8c\",\"job\":3,\"attempt\":7,\"last\":\"a/b\",\"files\":5,\"failed\":2,"
                + "\"failedByClass\":{\"GONE\":2},\"bytes\":1234,\"started\":\"2026-11-21T12:00:00Z\","
                + "\"updated\":\"2026-11-21T12:00:00Z\",\"segments\":true}",
                Json.write(new Progress(ID, "a/b", TALLY, NOON, NOON)));
        assertEquals("{\"class\":\"GONE\",\"message\":\"NoSuchKey\"}",
                Json.write(new Failure(Failure.Kind.GONE, "NoSuchKey")));
    }

    @Test
    void read_givesBackWhatWasWritten() {
        for (Object value : List.of(new S3Fin(ID, 9), new Progress(ID, "ä", TALLY, NOON, NOON),
                new HashFin(ID, TALLY, NOON, NOON), new Stopped(ID, Stopped.Fault.CONF, "no such bucket", 0),
                new Failure(Failure.Kind.SSE_C, "400"), conf(), planConf(), plan(ID),
                new RateLimits(2.5, 0))) {
            assertEquals(value, Json.read(Json.write(value), value.getClass()));
        }
    }

    /** The containers of a pod may differ by a version. */
    @Test
    void read_ofConfJsonOfTheVersionBeforeMeansWhatItMeant() {
        String text = Json.write(conf()).replace(",\"pathStyle\":true,\"requesterPays\":false", "");
        assertFalse(text.contains("pathStyle"), text);
        assertEquals(conf(), Json.read(text, Conf.class));
        Conf aws = Json.read(text.replace("\"http://s3\"", "null"), Conf.class);
        assertFalse(aws.s3().pathStyle());
        assertFalse(aws.s3().requesterPays());
    }

    @Test
    void read_ofProgressOfTheVersionBeforeSaysThatItTakesNoSegments() {
        Progress progress = new Progress(ID, "a", TALLY, NOON, NOON);
        String text = Json.write(progress);
        assertTrue(Json.read(text, Progress.class).takesSegments());
        Progress before = Json.read(text.replace(",\"segments\":true", ""), Progress.class);
        assertEquals(progress.tally(), before.tally());
        assertFalse(before.takesSegments());
    }

    @Test
    void confJson_withoutAPlanIsAsInTheVersionBefore() {
        assertFalse(Json.write(conf()).contains("plan"));
        String plans = Json.write(planConf());
        assertTrue(plans.contains("\"plan\":{\"split\":\"auto\",\"jobs\":64,\"pods\":4}"), plans);
        assertTrue(plans.contains("\"planned\":{\"objects\":9,\"bytes\":1234}"), plans);
        String text = Json.write(conf()).replace("\"work\"", "\"plan\"");
        assertThrows(IllegalArgumentException.class, () -> Json.read(text, Conf.class));
    }

    @Test
    void planJson_holdsThePlanBesideTheRanges() {
        assertEquals("{\"run\":\"4f8c\",\"job\":3,\"attempt\":7,\"split\":\"list\",\"jobs\":2,\"objects\":9,"
                + "\"bytes\":1234,\"largest\":1000,\"storageClasses\":{\"GLACIER\":{\"objects\":2,\"bytes\":34},"
                + "\"STANDARD\":{\"objects\":7,\"bytes\":1200}},\"requests\":3,\"seconds\":0.2,\"complete\":true,"
                + "\"ranges\":[{\"start\":\"\",\"end\":\"IMG_4\",\"objects\":4,\"bytes\":200},"
                + "{\"start\":\"IMG_5\",\"end\":\"IMG_9\",\"objects\":5,\"bytes\":1034}]}", Json.write(plan(ID)));
    }

    @Test
    void planJson_isRefusedUnlessItsRangesAscendFromTheFirstName() {
        String text = Json.write(plan(ID));
        for (String wrong : List.of(text.replace("\"start\":\"\"", "\"start\":\"A\""),
                text.replace("\"start\":\"IMG_5\"", "\"start\":\"\""), text.replace("\"jobs\":2", "\"jobs\":3"),
                text.replace("\"list\"", "\"hex\""), text.replace("\"list\"", "\"auto\""))) {
            assertThrows(IllegalArgumentException.class, () -> Json.read(wrong, PlanFin.class), wrong);
        }
    }

    @Test
    void read_ofConfJsonGivesTheSwitchEvenWhereTheRestIsWrong() {
        String text =
                "{\"state\":\"work\",\"boot\":\"b\",\"run\":\"r\",\"job\":0,\"attempt\":1,\"methods\":[\"CRC32\"]}";
        assertEquals(new Conf.Switch(Conf.State.WORK, "b", new JobId("r", 0, 1)), Json.read(text, Conf.Switch.class));
        assertThrows(IllegalArgumentException.class, () -> Json.read(text, Conf.class));
    }

    @Test
    void read_refusesAMissingNumberOrIdentity() {
        for (String wrong : List.of("'run':'r','job':1,'attempt':1", "'run':'r','job':1,'listed':1",
                "'run':'r','attempt':1,'listed':1", "'job':1,'attempt':1,'listed':1",
                "'run':'r','job':1,'attempt':1,'listed':null")) {
            String text = "{" + wrong.replace('\'', '"') + "}";
            assertThrows(IllegalArgumentException.class, () -> Json.read(text, S3Fin.class), text);
        }
    }

    @Test
    void errors_andTextsOfConfJsonShowNoSecret() {
        String text = Json.write(conf()).replace("\"methods\":[\"MD5\"]", "\"methods\":7");
        Exception error = assertThrows(IllegalArgumentException.class, () -> Json.read(text, Conf.class));
        for (String secret : List.of("AKIA-KEY", "S3-SECRET", "S3-TOKEN", "DB-PASS", "STORE-PASS")) {
            assertFalse(error.getMessage().contains(secret), error.getMessage());
            assertFalse(conf().toString().contains(secret), conf().toString());
        }
    }

    static PlanFin plan(JobId id) {
        Map<String, Amount> classes = Map.of("STANDARD", new Amount(7, 1200), "GLACIER", new Amount(2, 34));
        return new PlanFin(id, new Plan(Split.LIST, 2, new Amount(9, 1234), 1000, classes, 3, 0.2, true),
                List.of(new PlannedRange("", "IMG_4", new Amount(4, 200)),
                        new PlannedRange("IMG_5", "IMG_9", new Amount(5, 1034))));
    }

    static Conf planConf() {
        Conf conf = conf();
        return new Conf(Conf.State.PLAN, conf.boot(), conf.request(), conf.id(), conf.root(), conf.start(),
                conf.before(), conf.methods(), conf.s3(), conf.mysql(), new Conf.PlanOrder(Split.AUTO, 64, 4),
                new Amount(9, 1234));
    }

    static Conf conf() {
        return new Conf(Conf.State.WORK, "boot", "1", ID, "photos/", "40", "80", List.of(HashMethod.MD5),
                new Conf.S3("b", URI.create("http://s3"), "us-east-1", new Secret("AKIA-KEY"), new Secret("S3-SECRET"),
                        new Secret("S3-TOKEN")),
                new Conf.MySql("db", 3306, "filehash", "u", new Secret("DB-PASS"), new Secret("password=STORE-PASS")));
    }
}
