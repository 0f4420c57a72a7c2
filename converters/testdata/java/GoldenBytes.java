// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;

/**
 * Reads cases, one JSON object a line, carries them out with Kafka Connect's converters, and writes each with its outcome.
 * The notation is described in ../README.md.
 */
public class GoldenBytes {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    public static void main(String[] args) throws Exception {
        Path out = Path.of(args[1]);
        Files.createDirectories(out);
        try (var files = Files.newDirectoryStream(Path.of(args[0]), "*.jsonl")) {
            for (Path file : files) {
                StringBuilder golden = new StringBuilder();
                for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                    if (!line.isBlank()) {
                        golden.append(JSON.writeValueAsString(run((ObjectNode) JSON.readTree(line)))).append('\n');
                    }
                }
                Files.writeString(out.resolve(file.getFileName()), golden.toString());
            }
        }
    }

    private static ObjectNode run(ObjectNode c) {
        TimeZone.setDefault(TimeZone.getTimeZone(c.has("zone") ? c.get("zone").asText() : "UTC"));
        try {
            if (c.has("keys")) {
                hashOrder(c);
            } else if (c.has("in") || c.has("in64") || c.has("inNull")) {
                read(c);
            } else {
                write(c);
            }
        } catch (Exception e) {
            // Maps are built as LinkedHashMap here to keep the order of the case; in Kafka Connect they are HashMaps.
            c.put("err", String.valueOf(e.getMessage()).replace("LinkedHashMap", "HashMap"));
            c.put("exception", e.getClass().getSimpleName());
        }
        return c;
    }

    private static void hashOrder(ObjectNode c) {
        Map<String, Object> map = new HashMap<>();
        c.get("keys").forEach(k -> map.put(k.asText(), 1));
        ArrayNode order = c.putArray("order");
        map.keySet().forEach(order::add);
    }

    private static Map<String, String> options(ObjectNode c) {
        Map<String, String> options = new HashMap<>();
        if (c.has("options")) {
            c.get("options").fields().forEachRemaining(o -> options.put(o.getKey(), o.getValue().asText()));
        }
        return options;
    }

    private static Object converter(ObjectNode c) throws Exception {
        Object converter = Class.forName(c.get("converter").asText()).getDeclaredConstructor().newInstance();
        if (converter instanceof Converter) {
            ((Converter) converter).configure(options(c), c.path("isKey").asBoolean());
        }
        return converter;
    }

    private static void write(ObjectNode c) throws Exception {
        Schema schema = schema(c.get("schema"));
        Object value = value(schema, c.get("value"));
        Object converter = converter(c);
        byte[] out = converter instanceof Converter
            ? ((Converter) converter).fromConnectData("t", schema, value)
            : ((HeaderConverter) converter).fromConnectHeader("t", "h", schema, value);
        if (out == null) {
            c.put("outNull", true);
            return;
        }
        String text = new String(out, StandardCharsets.UTF_8);
        if (java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), out) && text.chars().noneMatch(ch -> ch < ' ' && ch != '\n')) {
            c.put("out", text);
        } else {
            c.put("out64", Base64.getEncoder().encodeToString(out));
        }
    }

    private static void read(ObjectNode c) throws Exception {
        byte[] in = c.has("in64") ? Base64.getDecoder().decode(c.get("in64").asText())
            : c.has("in") ? c.get("in").asText().getBytes(StandardCharsets.UTF_8) : null;
        Object converter = converter(c);
        SchemaAndValue out = converter instanceof Converter
            ? ((Converter) converter).toConnectData("t", in)
            : ((HeaderConverter) converter).toConnectHeader("t", "h", in);
        // SimpleHeaderConverter returns null for the text null; Kafka Connect takes that as a null value.
        c.set("schema", out == null ? NODES.nullNode() : show(out.schema()));
        c.set("value", out == null ? NODES.nullNode() : show(out.value()));
    }

    // Notation to schemas and values.

    static Schema schema(JsonNode n) {
        if (n == null || n.isNull()) {
            return null;
        }
        SchemaBuilder b = switch (n.get("type").asText()) {
            case "ARRAY" -> SchemaBuilder.array(schema(n.get("value")));
            case "MAP" -> SchemaBuilder.map(schema(n.get("key")), schema(n.get("value")));
            default -> SchemaBuilder.type(Schema.Type.valueOf(n.get("type").asText()));
        };
        if (n.has("fields")) {
            n.get("fields").forEach(f -> b.field(f.get(0).asText(), schema(f.get(1))));
        }
        if (n.path("optional").asBoolean()) {
            b.optional();
        }
        if (n.has("name")) {
            b.name(n.get("name").asText());
        }
        if (n.has("version")) {
            b.version(n.get("version").asInt());
        }
        if (n.has("doc")) {
            b.doc(n.get("doc").asText());
        }
        if (n.has("parameters")) {
            n.get("parameters").forEach(p -> b.parameter(p.get(0).asText(), p.get(1).asText()));
        }
        if (n.has("default")) {
            b.defaultValue(value(b, n.get("default")));
        }
        return b.build();
    }

    static Object value(Schema s, JsonNode tagged) {
        if (tagged == null || tagged.isNull()) {
            return null;
        }
        String tag = tagged.fieldNames().next();
        JsonNode v = tagged.get(tag);
        switch (tag) {
            case "boolean": return v.asBoolean();
            case "int8": return (byte) v.asInt();
            case "int16": return (short) v.asInt();
            case "int32": return v.asInt();
            case "int64": return v.asLong();
            case "float32": return Float.parseFloat(v.asText());
            case "float64": return Double.parseDouble(v.asText());
            case "string": return v.asText();
            case "bytes": return Base64.getDecoder().decode(v.asText());
            case "decimal": return new BigDecimal(v.asText());
            case "time": return new Date(v.asLong());
            case "array": {
                List<Object> list = new ArrayList<>();
                v.forEach(e -> list.add(value(s == null ? null : s.valueSchema(), e)));
                return list;
            }
            case "map": {
                Map<Object, Object> map = new LinkedHashMap<>();
                v.forEach(e -> map.put(value(s == null ? null : s.keySchema(), e.get(0)), value(s == null ? null : s.valueSchema(), e.get(1))));
                return map;
            }
            case "struct": {
                Schema own = tagged.has("schema") ? schema(tagged.get("schema")) : s.schema();
                Struct struct = new Struct(own);
                v.forEach(f -> struct.put(f.get(0).asText(), value(own.field(f.get(0).asText()).schema(), f.get(1))));
                return struct;
            }
            default: throw new IllegalArgumentException("tag " + tag);
        }
    }

    // Schemas and values to notation.

    static JsonNode show(Schema s) {
        if (s == null) {
            return NODES.nullNode();
        }
        ObjectNode n = NODES.objectNode().put("type", s.type().name());
        if (s.type() == Schema.Type.MAP) {
            n.set("key", show(s.keySchema()));
        }
        if (s.type() == Schema.Type.MAP || s.type() == Schema.Type.ARRAY) {
            n.set("value", show(s.valueSchema()));
        }
        if (s.type() == Schema.Type.STRUCT) {
            ArrayNode fields = n.putArray("fields");
            for (Field f : s.fields()) {
                fields.addArray().add(f.name()).add(show(f.schema()));
            }
        }
        if (s.isOptional()) {
            n.put("optional", true);
        }
        if (s.name() != null) {
            n.put("name", s.name());
        }
        if (s.version() != null) {
            n.put("version", s.version());
        }
        if (s.doc() != null) {
            n.put("doc", s.doc());
        }
        if (s.parameters() != null) {
            ArrayNode parameters = n.putArray("parameters");
            s.parameters().forEach((k, v) -> parameters.addArray().add(k).add(v));
        }
        if (s.defaultValue() != null) {
            n.set("default", show(s.defaultValue()));
        }
        return n;
    }

    static JsonNode show(Object v) {
        ObjectNode n = NODES.objectNode();
        if (v == null) {
            return NODES.nullNode();
        } else if (v instanceof Boolean b) {
            return n.put("boolean", b);
        } else if (v instanceof Byte b) {
            return n.put("int8", b);
        } else if (v instanceof Short b) {
            return n.put("int16", b);
        } else if (v instanceof Integer b) {
            return n.put("int32", b);
        } else if (v instanceof Long b) {
            return n.put("int64", b);
        } else if (v instanceof Float f) {
            return n.put("float32", f.toString());
        } else if (v instanceof Double d) {
            return n.put("float64", d.toString());
        } else if (v instanceof String s) {
            return n.put("string", s);
        } else if (v instanceof byte[] b) {
            return n.put("bytes", Base64.getEncoder().encodeToString(b));
        } else if (v instanceof BigDecimal d) {
            return n.put("decimal", d.toString());
        } else if (v instanceof Date d) {
            return n.put("time", d.getTime());
        } else if (v instanceof List<?> l) {
            ArrayNode a = n.putArray("array");
            l.forEach(e -> a.add(show(e)));
            return n;
        } else if (v instanceof Map<?, ?> m) {
            ArrayNode a = n.putArray("map");
            m.forEach((k, e) -> a.addArray().add(show(k)).add(show(e)));
            return n;
        } else if (v instanceof Struct s) {
            ArrayNode a = n.putArray("struct");
            for (Field f : s.schema().fields()) {
                Object e = s.getWithoutDefault(f.name());
                if (e != null) {
                    a.addArray().add(f.name()).add(show(e));
                }
            }
            return n;
        }
        throw new IllegalArgumentException(v.getClass().getName());
    }
}
