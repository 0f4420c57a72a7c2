// SPDX-License-Identifier: Apache-2.0

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Applies Kafka Connect's transforms to records and writes what came of it, one JSON object a line. ../README.md describes
 * the files; GoldenBytes has the notation of schemas and values.
 */
@SuppressWarnings({"rawtypes", "unchecked"})
public class GoldenTransforms {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        JsonNode records = JSON.readTree(folder.resolve("records.json").toFile());
        Files.createDirectories(folder.resolve("golden"));
        try (var files = Files.newDirectoryStream(folder.resolve("cases"), "*.json")) {
            for (Path file : files) {
                StringBuilder golden = new StringBuilder();
                for (JsonNode c : JSON.readTree(file.toFile())) {
                    for (ObjectNode done : run(c, records)) {
                        golden.append(JSON.writeValueAsString(done)).append('\n');
                    }
                }
                String name = file.getFileName().toString().replace(".json", ".jsonl");
                Files.writeString(folder.resolve("golden").resolve(name), golden.toString());
            }
        }
    }

    private static List<ObjectNode> run(JsonNode c, JsonNode records) throws Exception {
        List<ObjectNode> done = new ArrayList<>();
        TimeZone.setDefault(TimeZone.getTimeZone(c.path("zone").asText("UTC")));
        Transformation transform = create(c.get("class").asText());
        ObjectNode outcome = NODES.objectNode();
        outcome.put("class", c.get("class").asText());
        if (c.has("zone")) {
            outcome.set("zone", c.get("zone"));
        }
        if (c.path("definition").asBoolean()) {
            outcome.set("definition", definition(transform.config()));
            return List.of(outcome);
        }
        outcome.set("props", c.get("props"));
        try {
            Map<String, String> props = new HashMap<>();
            c.get("props").fields().forEachRemaining(p -> props.put(p.getKey(), p.getValue().asText()));
            transform.configure(props);
        } catch (Exception e) {
            failed(outcome, e);
            return List.of(outcome);
        }
        for (JsonNode name : c.get("records")) {
            ObjectNode one = outcome.deepCopy().put("record", name.asText());
            apply(one, transform, record(records.get(name.asText())));
            done.add(one);
        }
        return done;
    }

    private static void failed(ObjectNode outcome, Exception e) {
        // Maps are built as LinkedHashMap here to keep the order of the case; in Kafka Connect they are HashMaps.
        outcome.put("err", String.valueOf(e.getMessage()).replace("LinkedHashMap", "HashMap")).put("exception", e.getClass().getName());
    }

    private static void apply(ObjectNode outcome, Transformation transform, ConnectRecord record) {
        try {
            ObjectNode before = show(record);
            ConnectRecord after = transform.apply(record);
            outcome.set("out", after == null ? NODES.nullNode() : changes(before, show(after)));
        } catch (Exception e) {
            failed(outcome, e);
        }
    }

    private static Transformation create(String name) throws Exception {
        return (Transformation) Class.forName("org.apache.kafka.connect.transforms." + name).getDeclaredConstructor().newInstance();
    }

    private static ArrayNode definition(ConfigDef def) {
        ArrayNode keys = NODES.arrayNode();
        for (String name : def.configKeys().keySet()) {
            ConfigDef.ConfigKey k = def.configKeys().get(name);
            ObjectNode n = keys.addObject().put("name", k.name).put("type", k.type.name()).put("required", k.defaultValue == ConfigDef.NO_DEFAULT_VALUE)
                .put("importance", k.importance.name()).put("group", k.group).put("order", k.orderInGroup).put("width", k.width.name())
                .put("display_name", k.displayName).put("recommender", k.recommender != null);
            n.put("default", k.hasDefault() && k.defaultValue != null ? ConfigDef.convertToString(k.defaultValue, k.type) : null);
            k.dependents.forEach(n.putArray("dependents")::add);
        }
        return keys;
    }

    private static ConnectRecord record(JsonNode n) {
        Schema keySchema = GoldenBytes.schema(n.get("keySchema"));
        Schema valueSchema = GoldenBytes.schema(n.get("valueSchema"));
        Object key = GoldenBytes.value(keySchema, n.get("key"));
        Object value = GoldenBytes.value(valueSchema, n.get("value"));
        Integer partition = n.has("partition") ? n.get("partition").asInt() : null;
        Long timestamp = n.has("timestamp") ? n.get("timestamp").asLong() : null;
        ConnectHeaders headers = new ConnectHeaders();
        if (n.has("headers")) {
            for (JsonNode h : n.get("headers")) {
                Schema s = GoldenBytes.schema(h.get(1));
                headers.add(h.get(0).asText(), GoldenBytes.value(s, h.get(2)), s);
            }
        }
        String topic = n.path("topic").asText("orders");
        if (n.has("offset")) {
            return new SinkRecord(topic, partition, keySchema, key, valueSchema, value, n.get("offset").asLong(), timestamp,
                timestamp == null ? TimestampType.NO_TIMESTAMP_TYPE : TimestampType.CREATE_TIME, headers);
        }
        return new SourceRecord(Map.of(), Map.of(), topic, partition, keySchema, key, valueSchema, value, timestamp, headers);
    }

    /** Leaves out what stayed the same, and says null of what is gone. */
    private static ObjectNode changes(ObjectNode before, ObjectNode after) {
        ObjectNode changes = NODES.objectNode();
        before.fieldNames().forEachRemaining(n -> {
            if (!after.has(n)) {
                changes.putNull(n);
            }
        });
        after.fields().forEachRemaining(f -> {
            if (!f.getValue().equals(before.get(f.getKey()))) {
                changes.set(f.getKey(), f.getValue());
            }
        });
        return changes;
    }

    private static ObjectNode show(ConnectRecord r) {
        ObjectNode n = NODES.objectNode().put("topic", r.topic());
        if (r.kafkaPartition() != null) {
            n.put("partition", r.kafkaPartition());
        }
        n.set("keySchema", GoldenBytes.show(r.keySchema()));
        n.set("key", GoldenBytes.show(r.key()));
        n.set("valueSchema", GoldenBytes.show(r.valueSchema()));
        n.set("value", GoldenBytes.show(r.value()));
        if (r.timestamp() != null) {
            n.put("timestamp", r.timestamp());
        }
        ArrayNode headers = n.putArray("headers");
        for (Header h : (Iterable<Header>) r.headers()) {
            headers.addArray().add(h.key()).add(GoldenBytes.show(h.schema())).add(GoldenBytes.show(h.value()));
        }
        return n;
    }
}
