// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.confluent.connect.avro.AvroData;
import io.confluent.connect.avro.AvroDataConfig;
import io.confluent.kafka.serializers.NonRecordContainer;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
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
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * Reads cases, one JSON object a line, carries them out with Confluent's AvroData and Avro's binary codec, and writes each
 * with its outcome. The notation is described in ../README.md.
 */
public class GoldenAvro {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    public static void main(String[] args) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        StringBuilder golden = new StringBuilder();
        for (String line : Files.readAllLines(Path.of(args[0]), StandardCharsets.UTF_8)) {
            if (!line.isBlank()) {
                golden.append(JSON.writeValueAsString(run((ObjectNode) JSON.readTree(line)))).append('\n');
            }
        }
        Files.writeString(Path.of(args[1]), golden.toString());
    }

    static ObjectNode run(ObjectNode c) {
        try {
            if (c.has("avro")) {
                read(c);
            } else {
                write(c);
            }
        } catch (Throwable e) {
            c.put("err", String.valueOf(e.getMessage()).replace("LinkedHashMap", "HashMap"));
            c.put("exception", e.getClass().getSimpleName());
        }
        return c;
    }

    static AvroData data(ObjectNode c) {
        Map<String, Object> options = new HashMap<>();
        if (c.has("options")) {
            c.get("options").fields().forEachRemaining(o -> options.put(o.getKey(), o.getValue().asText()));
        }
        return new AvroData(new AvroDataConfig(options));
    }

    static void write(ObjectNode c) throws Exception {
        Schema schema = schema(c.get("schema"));
        Object value = value(schema, c.get("value"));
        AvroData data = data(c);
        org.apache.avro.Schema avro = data.fromConnectSchema(schema);
        c.put("outAvro", avro.toString());
        if (c.path("schemaOnly").asBoolean()) {
            return;
        }
        Object datum = data.fromConnectData(schema, value);
        if (datum instanceof NonRecordContainer) {
            datum = ((NonRecordContainer) datum).getValue();
        }
        if (datum == null) {
            c.put("outNull", true);
            return;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (avro.getType() == org.apache.avro.Schema.Type.BYTES) {
            out.write(((ByteBuffer) datum).array());
        } else {
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            new GenericDatumWriter<Object>(avro, new GenericData()).write(datum, encoder);
            encoder.flush();
        }
        c.put("out64", Base64.getEncoder().encodeToString(out.toByteArray()));
    }

    static void read(ObjectNode c) throws Exception {
        org.apache.avro.Schema avro = new org.apache.avro.Schema.Parser().setValidateDefaults(false).parse(c.get("avro").asText());
        byte[] in;
        if (c.has("json")) {
            // The datum in Avro's JSON encoding, which is easier to write down; the bytes go into the outcome.
            Object datum = new GenericDatumReader<>(avro).read(null, DecoderFactory.get().jsonDecoder(avro, c.get("json").asText()));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
            new GenericDatumWriter<Object>(avro).write(datum, encoder);
            encoder.flush();
            in = out.toByteArray();
            c.put("in64", Base64.getEncoder().encodeToString(in));
        } else {
            in = Base64.getDecoder().decode(c.get("in64").asText());
        }
        Object datum;
        if (avro.getType() == org.apache.avro.Schema.Type.BYTES) {
            datum = in;
        } else {
            datum = new GenericDatumReader<>(avro, avro, new GenericData()).read(null, DecoderFactory.get().binaryDecoder(in, null));
            if (avro.getType() == org.apache.avro.Schema.Type.STRING) {
                datum = datum.toString();
            }
        }
        SchemaAndValue out = data(c).toConnectData(avro, datum, c.has("version") ? c.get("version").asInt() : null);
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
        } else if (v instanceof ByteBuffer b) {
            return n.put("bytes", Base64.getEncoder().encodeToString(b.array()));
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
