// SPDX-License-Identifier: Apache-2.0

import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Runs a task of the connector for each properties file that is named, without Kafka, and prints the records as JSON, a line each, with the
 * name of the file. It ends when its standard input does.
 */
public class Golden {
    private static final Map<String, Object> NOTHING = null;

    public static void main(String[] args) throws Exception {
        for (String file : args) {
            new Thread(() -> {
                try {
                    run(file);
                }
                catch (Throwable failed) {
                    failed.printStackTrace();
                    Runtime.getRuntime().halt(1);
                }
            }).start();
        }
        System.in.readAllBytes();
        Runtime.getRuntime().halt(0);
    }

    private static void run(String path) throws Exception {
        Properties file = new Properties();
        try (FileInputStream in = new FileInputStream(path)) {
            file.load(in);
        }
        Map<String, String> props = new HashMap<>();
        file.forEach((k, v) -> props.put((String) k, (String) v));
        SourceTask task = (SourceTask) Class.forName("io.debezium.connector.postgresql.PostgresConnectorTask").getDeclaredConstructor().newInstance();
        task.initialize(new Context(props));
        task.start(props);
        JsonConverter keys = converter(true);
        JsonConverter values = converter(false);
        String mode = Path.of(path).getFileName().toString();
        while (true) {
            List<SourceRecord> records = task.poll();
            if (records == null) {
                continue;
            }
            for (SourceRecord r : records) {
                print("{\"mode\":\"" + mode + "\"," + line(r, keys, values));
            }
        }
    }

    private static synchronized void print(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        System.out.write(bytes, 0, bytes.length);
        System.out.flush();
    }

    private static String line(SourceRecord r, JsonConverter keys, JsonConverter values) {
        StringBuilder headers = new StringBuilder("[");
        for (Header h : r.headers()) {
            headers.append(headers.length() > 1 ? "," : "").append("[\"").append(h.key()).append("\",");
            headers.append(json(values, h.schema(), h.value())).append("]");
        }
        return "\"topic\":\"" + r.topic() + "\",\"partition\":" + r.kafkaPartition() + ",\"key\":" + json(keys, r.keySchema(), r.key())
                + ",\"value\":" + json(values, r.valueSchema(), r.value()) + ",\"headers\":" + headers + "]}\n";
    }

    private static String json(JsonConverter converter, Schema schema, Object value) {
        if (schema == null && value == null) {
            return "null";
        }
        byte[] text = converter.fromConnectData("t", schema, value);
        return text == null ? "null" : new String(text, StandardCharsets.UTF_8);
    }

    private static JsonConverter converter(boolean key) {
        JsonConverter c = new JsonConverter();
        c.configure(Map.of("schemas.enable", "true", "replace.null.with.default", "false"), key);
        return c;
    }

    private static class Context implements SourceTaskContext {
        private final Map<String, String> props;

        Context(Map<String, String> props) {
            this.props = props;
        }

        @Override
        public Map<String, String> configs() {
            return props;
        }

        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new OffsetStorageReader() {
                @Override
                public <T> Map<String, Object> offset(Map<String, T> partition) {
                    return NOTHING;
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    Map<Map<String, T>, Map<String, Object>> none = new HashMap<>();
                    partitions.forEach(p -> none.put(p, NOTHING));
                    return none;
                }
            };
        }

        @Override
        public PluginMetrics pluginMetrics() {
            return null;
        }
    }
}
