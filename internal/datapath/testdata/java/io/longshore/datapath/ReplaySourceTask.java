// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

public class ReplaySourceTask extends SourceTask {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonConverter json = new JsonConverter();
    private final List<SourceRecord> records = new ArrayList<>();
    private Path done;
    private int next;
    private int failAt;
    private Trouble trouble;
    private int acknowledged;
    private int dropped;

    @Override
    public String version() {
        return "4.1.0";
    }

    @Override
    public void start(Map<String, String> props) {
        json.configure(Map.of("schemas.enable", "true"), false);
        done = Path.of(props.get("done.file"));
        failAt = Integer.parseInt(props.getOrDefault("fail.at", "-1"));
        trouble = new Trouble(props);
        try {
            for (String line : Files.readAllLines(Path.of(props.get("replay.file")))) {
                records.add(record(MAPPER.readTree(line), records.size()));
            }
        } catch (java.io.IOException e) {
            throw new ConnectException("read the records to replay", e);
        }
    }

    private SourceRecord record(JsonNode from, int line) throws java.io.IOException {
        SchemaAndValue key = value(from.get("key"));
        SchemaAndValue value = value(from.get("value"));
        ConnectHeaders headers = new ConnectHeaders();
        if (from.has("headers")) {
            for (JsonNode h : from.get("headers")) {
                headers.add(h.get("key").textValue(), value(h.get("value")));
            }
        }
        return new SourceRecord(Map.of("replay", from.has("source") ? from.get("source").textValue() : ""), Map.of("line", (long) line),
            from.get("topic").textValue(), from.has("partition") ? Integer.valueOf(from.get("partition").intValue()) : null,
            key.schema(), key.value(), value.schema(), value.value(),
            from.has("timestamp") ? Long.valueOf(from.get("timestamp").longValue()) : null, headers);
    }

    private SchemaAndValue value(JsonNode envelope) throws java.io.IOException {
        if (envelope == null || envelope.isNull()) {
            return SchemaAndValue.NULL;
        }
        return json.toConnectData("", MAPPER.writeValueAsBytes(envelope));
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        if (next == records.size()) {
            Thread.sleep(50);
            return null;
        }
        int end = Math.min(next + 7, records.size());
        if (failAt > next && failAt < end) {
            end = failAt;
        }
        if (failAt == next) {
            trouble.maybe("replay fails at " + failAt);
        }
        List<SourceRecord> batch = new ArrayList<>(records.subList(next, end));
        next = end;
        return batch;
    }

    @Override
    public synchronized void commitRecord(SourceRecord record, RecordMetadata metadata) {
        if (metadata == null) {
            dropped++;
        } else {
            acknowledged++;
        }
        if (acknowledged + dropped == records.size()) {
            try {
                Files.writeString(done, "acknowledged " + acknowledged + ", dropped " + dropped + "\n");
            } catch (java.io.IOException e) {
                throw new ConnectException("say that all is done", e);
            }
        }
    }

    @Override
    public void stop() {
    }
}
