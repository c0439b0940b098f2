package filehash.fetch.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import filehash.backends.Contents;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChecksumKindTest {
    @Test
    void crc64_hasTheCatalogueCheckValue() {
        Crc64Nvme crc = new Crc64Nvme();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertEquals("ae8b14860a799888", HexFormat.of().toHexDigits(crc.getValue()));
        crc.reset();
        assertEquals(0, crc.getValue());
    }

    @Test
    void crc64_isTheSameInAnyPieces() {
        Random random = new Random(1);
        for (int length = 0; length < 200; length++) {
            byte[] content = Contents.random(length, length);
            ChecksumKind.Running running = ChecksumKind.CRC64NVME.start();
            for (int at = 0; at < length;) {
                int piece = Math.min(length - at, 1 + random.nextInt(30));
                running.update(Arrays.copyOfRange(content, at, at + piece + 3), piece);
                at += piece;
            }
            assertEquals(Contents.crc64(content), running.value());
        }
    }

    @Test
    void crc64_ofMuchIsThatOfAllItsBytes() {
        byte[] content = Contents.random(3, 50_000);
        Crc64Nvme crc = new Crc64Nvme();
        for (int length : new int[] {1839, 1840, 1841, 1847, 1848, 1849, 8191, 8192, 8193, 10_040, 16_384, 49_990}) {
            for (int from = 0; from < 9; from++) {
                crc.reset();
                assertEquals(0, crc.getValue());
                crc.update(content, from, length);
                String expected = Contents.crc64(Arrays.copyOfRange(content, from, from + length));
                assertEquals(expected, ChecksumKind.CRC64NVME.encoded(crc.getValue()), length + " from " + from);
            }
        }
    }

    @Test
    void crc64_goesOnAfterItsValueWasRead() {
        byte[] content = Contents.random(4, 40_000);
        Crc64Nvme crc = new Crc64Nvme();
        Random random = new Random(2);
        for (int at = 0; at < content.length;) {
            int piece = Math.min(content.length - at, random.nextInt(5000));
            crc.update(content, at, piece);
            at += piece;
            if (at < content.length) {
                crc.update(content[at++]);
            }
            assertEquals(Contents.crc64(Arrays.copyOf(content, at)),
                    ChecksumKind.CRC64NVME.encoded(crc.getValue()), at + " bytes");
        }
    }

    @Test
    void value_isWrittenAsS3WritesIt() throws Exception {
        byte[] content = "hello".getBytes(StandardCharsets.US_ASCII);
        assertEquals(Map.of(ChecksumKind.CRC32, Contents.crc32(content), ChecksumKind.CRC32C, Contents.crc32c(content),
                ChecksumKind.CRC64NVME, Contents.crc64(content), ChecksumKind.SHA1, Contents.sha("SHA-1", content),
                ChecksumKind.SHA256, Contents.sha("SHA-256", content), ChecksumKind.SHA512,
                Contents.sha("SHA-512", content), ChecksumKind.MD5, Contents.sha("MD5", content)),
                Map.of(ChecksumKind.CRC32, value(ChecksumKind.CRC32, content), ChecksumKind.CRC32C,
                        value(ChecksumKind.CRC32C, content), ChecksumKind.CRC64NVME,
                        value(ChecksumKind.CRC64NVME, content), ChecksumKind.SHA1, value(ChecksumKind.SHA1, content),
                        ChecksumKind.SHA256, value(ChecksumKind.SHA256, content), ChecksumKind.SHA512,
                        value(ChecksumKind.SHA512, content), ChecksumKind.MD5, value(ChecksumKind.MD5, content)));
        assertEquals("NhCmhg==", value(ChecksumKind.CRC32, content));
        assertEquals("mnG7TA==", value(ChecksumKind.CRC32C, content));
    }

    @Test
    void combined_isThatOfThePartsTogether() {
        Random random = new Random(2);
        for (ChecksumKind kind : List.of(ChecksumKind.CRC32, ChecksumKind.CRC32C, ChecksumKind.CRC64NVME)) {
            for (int i = 0; i < 50; i++) {
                byte[] content = Contents.random(i, 1 + random.nextInt(5000));
                int cut = random.nextInt(content.length + 1);
                long whole = kind.combined(crc(kind, content, 0, cut), crc(kind, content, cut, content.length),
                        content.length - cut);
                assertEquals(value(kind, content), kind.encoded(whole), kind + " cut at " + cut);
            }
        }
    }

    @Test
    void checksum_isTakenFromWhatAnAnswerSaysOfTheWhole() {
        assertEquals(new S3Checksum(ChecksumKind.SHA1, "x="), of(Map.of("x-amz-checksum-sha1", "x=")));
        assertEquals(new S3Checksum(ChecksumKind.CRC32, "y="), of(Map.of("x-amz-checksum-sha1", "x=",
                "x-amz-checksum-crc32", "y=", "x-amz-checksum-type", "FULL_OBJECT")));
        assertNull(of(Map.of("x-amz-checksum-crc32", "y=", "x-amz-checksum-type", "COMPOSITE")));
        assertNull(of(Map.of("x-amz-checksum-crc32", "y=-12")));
        assertNull(of(Map.of()));
    }

    private static S3Checksum of(Map<String, String> headers) {
        return S3Checksum.of(headers::get);
    }

    private static long crc(ChecksumKind kind, byte[] content, int from, int to) {
        ChecksumKind.Running running = kind.start();
        running.update(Arrays.copyOfRange(content, from, to), to - from);
        return running.crc();
    }

    private static String value(ChecksumKind kind, byte[] content) {
        ChecksumKind.Running running = kind.start();
        running.update(content, content.length);
        return running.value();
    }
}
