package filehash.backends;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void free_canBeListenedOnWhileProcessesStart() throws Throwable {
        ProcessStarts.during(() -> {
            for (int i = 0; i < 300; i++) {
                new ServerSocket(Ports.free(), 1, InetAddress.getLoopbackAddress()).close();
            }
        });
    }
}
