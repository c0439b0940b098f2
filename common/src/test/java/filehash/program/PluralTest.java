package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluralTest {
    @ParameterizedTest
    @CsvSource({"0, 0 jobs", "1, 1 job", "2, 2 jobs", "1000, 1000 jobs"})
    void number_decidesOnTheForm(long number, String shown) {
        assertEquals(shown, Plural.of(number, "job"));
    }
}
