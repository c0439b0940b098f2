package filehash.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyTest {
    private static final String PROXY = "http://proxy:3128";

    @ParameterizedTest
    @CsvSource({
            "HTTPS_PROXY, https://s3.example, true",
            "https_proxy, https://s3.example:8443, true",
            "HTTP_PROXY, http://s3.example, true",
            "http_proxy, http://s3.example, true",
            "HTTP_PROXY, https://s3.example, false",
            "HTTPS_PROXY, http://s3.example, false",
            "HTTPS_PROXY, https://localhost:9000, false",
            "HTTPS_PROXY, https://127.0.0.1:9000, false",
            "HTTPS_PROXY, https://[::1]:9000, false"})
    void proxy_isThatOfTheScheme(String variable, URI to, boolean used) {
        assertEquals(used ? URI.create(PROXY) : null, Proxy.of(Map.of(variable, PROXY), to));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "*                          | s3.example:9000",
            "s3.example                 | s3.example:9000",
            "example                    | s3.example:9000",
            ".example                   | s3.example:9000",
            "*.example                  | s3.example:9000",
            "EXAMPLE                    | s3.Example:9000",
            ".svc.cluster.local         | minio.minio.svc.cluster.local:9000",
            "example:9000               | s3.example:9000",
            "other, s3.example          | s3.example:9000",
            "other s3.example           | s3.example:9000",
            "10.1.2.3                   | 10.1.2.3:9000",
            "10.1.2.3:9000              | 10.1.2.3:9000",
            "10.0.0.0/8                 | 10.1.2.3:9000",
            "10.1.2.2/31                | 10.1.2.3:9000",
            "0.0.0.0/0                  | 10.1.2.3:9000",
            "fd00::/8                   | [fd00::1]:9000",
            "[fd00::1]:9000             | [fd00::1]:9000",
            "fd00:0:0::1                | [fd00::1]:9000"})
    void hosts_ofNoProxyAreReachedDirectly(String except, String host) {
        for (String name : new String[] {"NO_PROXY", "no_proxy"}) {
            assertNull(Proxy.of(Map.of("HTTPS_PROXY", PROXY, name, except), URI.create("https://" + host)));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "ample                      | s3.example:9000",
            "s3                         | s3.example:9000",
            "example:9001               | s3.example:9000",
            "example.org                | s3.example:9000",
            "10.0.0.0/16                | 10.1.2.3:9000",
            "10.1.2.2                   | 10.1.2.3:9000",
            "10.0.0.0/8                 | s3.example:9000",
            "10.0.0.0/x                 | 10.1.2.3:9000",
            "fe80::/10                  | [fd00::1]:9000",
            ",                          | s3.example:9000"})
    void hosts_ofNoEntryAreReachedThroughTheProxy(String except, String host) {
        assertEquals(URI.create(PROXY), Proxy.of(Map.of("HTTPS_PROXY", PROXY, "NO_PROXY", except),
                URI.create("https://" + host)));
    }

    @ParameterizedTest
    @CsvSource({
            "proxy:3128, http://proxy:3128",
            "http://proxy, http://proxy:80",
            "https://proxy/, https://proxy:443",
            "http://us%40er:pa%3Ass@proxy:3128, http://us%40er:pa%3Ass@proxy:3128"})
    void proxy_isWrittenInSeveralWays(String value, URI proxy) {
        assertEquals(proxy, Proxy.of(Map.of("HTTPS_PROXY", value), URI.create("https://s3.example")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://u:secret@proxy:1080", "http://u:secret@:3128", "http://u:secret@a b"})
    void proxy_thatIsInvalidIsNamedWithoutItsPassword(String value) {
        IllegalArgumentException end = assertThrows(IllegalArgumentException.class,
                () -> Proxy.of(Map.of("https_proxy", value), URI.create("https://s3.example")));
        assertTrue(end.getMessage().contains("HTTPS_PROXY"), end.getMessage());
        assertFalse(end.getMessage().contains("secret"), end.getMessage());
    }

    @Test
    void proxy_inLowerCaseWins() {
        assertEquals(URI.create("http://small:1"), Proxy.of(Map.of("HTTPS_PROXY", PROXY, "https_proxy",
                "http://small:1"), URI.create("https://s3.example")));
    }
}
