package filehash.init.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import filehash.job.Amount;
import filehash.job.Plan;
import filehash.job.Split;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateCommandTest {
    /** The segments have 8 bytes. An object of 150 takes 19 of them, and two of 9 bytes take 4. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "100, 800, 8, 100", "1, 150, 150, 19", "2, 18, 9, 4"})
    void getRequests_areAsManyAsSegmentsOfLargeObjectsCanTake(long objects, long bytes, long largest, long gets) {
        Plan plan = new Plan(Split.LIST, 1, new Amount(objects, bytes), largest, Map.of(), 1, 0.1, true);
        assertEquals(gets, EstimateCommand.Found.of(plan, 8).getRequests());
    }
}
