// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.text.SimpleDateFormat;
import java.util.Date;
import java.util.TimeZone;

/** Reads cases, one JSON object a line, and writes each with what SimpleDateFormat makes of it: see ../README.md. */
public class GoldenDates {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        StringBuilder golden = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8)) {
            golden.append(JSON.writeValueAsString(run((ObjectNode) JSON.readTree(line)))).append('\n');
        }
        Files.writeString(Path.of(args[1]), golden.toString());
    }

    private static SimpleDateFormat format(ObjectNode c) {
        TimeZone zone = TimeZone.getTimeZone(c.has("zone") ? c.get("zone").asText() : "UTC");
        TimeZone.setDefault(zone);
        SimpleDateFormat format = new SimpleDateFormat(c.get("pattern").asText());
        format.setTimeZone(zone);
        return format;
    }

    private static ObjectNode run(ObjectNode c) {
        c.put("now", System.currentTimeMillis());
        try {
            format(c);
        } catch (IllegalArgumentException e) {
            return c.put("error", e.getMessage());
        }
        ArrayNode formatted = c.putArray("formatted");
        for (JsonNode time : c.withArray("times")) {
            formatted.add(format(c).format(new Date(time.asLong())));
        }
        ArrayNode parsed = c.putArray("parsed");
        for (JsonNode text : c.withArray("texts")) {
            try {
                parsed.add(format(c).parse(text.asText()).getTime());
            } catch (ParseException e) {
                parsed.add(e.getMessage());
            }
        }
        return c;
    }
}
