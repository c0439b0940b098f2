package filehash.init.etcd;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.program.Trouble;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class CallTroubleTest {
    private final Trouble trouble = new Trouble(LoggerFactory.getLogger(CallTroubleTest.class), "etcd");
    private final CallTrouble calls = new CallTrouble(trouble);

    @Test
    void trouble_lastsWhileTheCallThatFailedHasNotWorkedThoughOthersDo() {
        calls.failed("write /stats/outstanding");
        trouble.failed("permission denied");
        calls.worked("read /req/");
        assertNotNull(trouble.now());
        calls.worked("write /stats/outstanding");
        assertNull(trouble.now());
    }

    @Test
    void trouble_isOverWithAnyJobOfTheSameKindOfCall() {
        calls.failed("claim request 1, job 3");
        trouble.failed("no answer in time");
        calls.worked("claim request 1, job 4");
        assertNull(trouble.now());
    }
}
