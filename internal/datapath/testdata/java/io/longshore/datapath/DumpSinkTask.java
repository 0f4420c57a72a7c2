// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

public class DumpSinkTask extends SinkTask {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final JsonConverter json = new JsonConverter();
    private Path dir;
    private long failAt;
    private Trouble trouble;
    private boolean retriable;
    private List<String> reportAt;

    @Override
    public String version() {
        return "4.1.0";
    }

    @Override
    public void start(Map<String, String> props) {
        json.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), false);
        dir = Path.of(props.get("dump.dir"));
        failAt = Long.parseLong(props.getOrDefault("fail.at", "-1"));
        trouble = new Trouble(props);
        retriable = Boolean.parseBoolean(props.getOrDefault("fail.retriable", "false"));
        reportAt = Arrays.asList(props.getOrDefault("report.at", "").split(","));
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        if (retriable) {
            records.forEach(this::maybeFail);
        }
        for (SinkRecord r : records) {
            maybeFail(r);
            if (!reportAt.contains(Long.toString(r.originalKafkaOffset()))) {
                write(r, line(r));
            } else if (context.errantRecordReporter() == null) {
                write(r, "there is no reporter");
            } else {
                context.errantRecordReporter().report(r, new DataException("reported at " + r.originalKafkaOffset()));
            }
        }
    }

    private void maybeFail(SinkRecord r) {
        if (r.originalKafkaOffset() == failAt) {
            trouble.maybe("dump fails at " + failAt);
        }
    }

    private void write(SinkRecord r, String line) {
        try {
            Files.writeString(dir.resolve("dump-" + r.originalTopic() + "-" + r.originalKafkaPartition() + ".jsonl"), line + "\n",
                StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (java.io.IOException e) {
            throw new ConnectException("write a line", e);
        }
    }

    private String line(SinkRecord r) {
        StringBuilder b = new StringBuilder("{\"topic\":").append(quoted(r.topic())).append(",\"partition\":").append(r.kafkaPartition())
            .append(",\"offset\":").append(r.kafkaOffset()).append(",\"timestamp\":").append(r.timestamp());
        value(b.append(",\"key\":"), r.keySchema(), r.key());
        value(b.append(",\"value\":"), r.valueSchema(), r.value());
        b.append(",\"headers\":[");
        String comma = "";
        for (Header h : r.headers()) {
            b.append(comma).append("{\"key\":").append(quoted(h.key()));
            value(b.append(",\"value\":"), h.schema(), h.value());
            b.append('}');
            comma = ",";
        }
        return b.append("]}").toString();
    }

    private void value(StringBuilder b, Schema schema, Object value) {
        try {
            byte[] envelope = json.fromConnectData("", schema, value);
            b.append(envelope == null ? "null" : new String(envelope, StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            b.append(quoted(String.valueOf(e.getMessage())));
        }
        b.append(",\"is\":").append(quoted(Shape.of(value)));
    }

    private static String quoted(String s) {
        try {
            return MAPPER.writeValueAsString(s);
        } catch (JsonProcessingException e) {
            throw new ConnectException("quote a text", e);
        }
    }

    @Override
    public void stop() {
    }
}
