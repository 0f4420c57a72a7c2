// SPDX-License-Identifier: Apache-2.0

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Prints the golden texts of offset keys with Kafka Connect's own JsonConverter, one a line. The cases are those of
 * codec_test.go, in the same order. With connect-json, connect-api, kafka-clients, jackson and slf4j-api on the class path:
 *
 * <pre>
 * cd offsets/testdata
 * java -cp "$KAFKA_LIBS/*" java/OffsetTexts.java > texts.golden
 * </pre>
 *
 * Numbers of type double are left out where Java before 19 does not print the shortest text.
 */
public class OffsetTexts {
    private static final JsonConverter CONVERTER = new JsonConverter();

    public static void main(String[] args) {
        CONVERTER.configure(Map.of("schemas.enable", "false"), true);
        print("src", Collections.singletonMap("filename", "/data/in.txt"));
        print("name with \"quotes\" and \\", Collections.emptyMap());
        print("src", null);
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("byte", (byte) -1);
        numbers.put("int", 7);
        numbers.put("long", 9007199254740993L);
        numbers.put("max", Long.MAX_VALUE);
        numbers.put("min", Long.MIN_VALUE);
        numbers.put("short", (short) 300);
        print("numbers", numbers);
        for (double d : new double[] {0, -0.0, 1, 1.5, 0.1, 100, 123456.75, 9999999, 1e7, 12345678, 1e20, -1e20, 1.5e300, 0.001, 0.00099,
                1e-7, -2.5e-5, 4.9e-324, 1.7976931348623157e308, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            print("d", Collections.singletonMap("d", d));
        }
        for (float f : new float[] {0.1f, 1e10f, 16777216f, 1.5f, 3.4028235e38f}) {
            print("f", Collections.singletonMap("f", f));
        }
        print("s", Collections.singletonMap("<a href='x'>&amp;</a>", "tab\t nl\n cr\r bs\b ff\f nul\u0000 esc\u001b us\u001f del\u007f /"));
        print("s", Collections.singletonMap("unicode", "é ü 漢字 😀 \u2028 \u2029 \ufeff"));
        Map<String, Object> others = new LinkedHashMap<>();
        others.put("bytes", new byte[] {1, 2, 3, -1});
        others.put("no", false);
        others.put("nothing", null);
        others.put("yes", true);
        print("others", others);
    }

    private static void print(String connector, Map<String, ?> partition) {
        byte[] key = CONVERTER.fromConnectData(connector, null, Arrays.asList(connector, partition));
        System.out.write(key, 0, key.length);
        System.out.println();
    }
}
