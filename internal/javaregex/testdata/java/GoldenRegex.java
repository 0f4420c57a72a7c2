// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads cases, one JSON object a line, and writes each with what java.util.regex makes of it: see ../README.md. */
public class GoldenRegex {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        StringBuilder golden = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8)) {
            golden.append(JSON.writeValueAsString(run((ObjectNode) JSON.readTree(line)))).append('\n');
        }
        Files.writeString(Path.of(args[1]), golden.toString());
    }

    private static ObjectNode run(ObjectNode c) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(c.get("pattern").asText());
        } catch (PatternSyntaxException e) {
            return c.put("error", e.getMessage());
        } catch (RuntimeException e) {
            return c.put("error", e.getClass().getSimpleName());
        }
        ArrayNode results = c.putArray("results");
        String replacement = c.has("replacement") ? c.get("replacement").asText() : "<$0>";
        for (JsonNode text : c.get("texts")) {
            ObjectNode result = results.addObject();
            try {
                Matcher matcher = pattern.matcher(text.asText());
                result.put("matches", matcher.matches());
                result.put("replaced", matcher.replaceFirst(replacement));
            } catch (RuntimeException e) {
                result.put("error", e.getMessage());
            }
        }
        return c;
    }
}
