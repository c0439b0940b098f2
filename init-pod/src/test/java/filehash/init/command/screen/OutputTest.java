package filehash.init.command.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.init.command.survey.StatusSurvey;
import filehash.init.command.survey.Statuses;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutputTest {
    @ParameterizedTest
    @CsvSource({"1, and 1 more request", "2, and 2 more requests"})
    void lines_sayHowManyRequestsAreLeftOut(int more, String last) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new Output.Plain(out, out).show(new StatusSurvey.Found(List.of(Statuses.WAITING), more, List.of()), false);
        assertEquals(last, bytes.toString(StandardCharsets.UTF_8).lines().skip(1).findFirst().orElse(""));
    }
}
