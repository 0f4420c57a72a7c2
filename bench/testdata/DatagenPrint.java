// SPDX-License-Identifier: Apache-2.0

import io.longshore.connect.datagen.DatagenSource;
import io.longshore.connect.datagen.DatagenSourceTask;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Prints so many records of the datagen source for each of its other arguments: a configuration, key=value separated by commas. */
public class DatagenPrint {
    public static void main(String[] args) throws Exception {
        JsonConverter json = new JsonConverter();
        json.configure(Map.of("schemas.enable", "true"), false);
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (int i = 1; i < args.length; i++) {
            int left = Integer.parseInt(args[0]);
            DatagenSourceTask task = start(args[i]);
            while (left > 0) {
                for (SourceRecord r : task.poll()) {
                    if (left-- > 0) {
                        out.println(r.topic() + " " + new TreeMap<>(r.sourcePartition()) + " " + new TreeMap<>(r.sourceOffset()) + " "
                            + text(json.fromConnectData("", r.keySchema(), r.key())) + " " + text(json.fromConnectData("", r.valueSchema(), r.value())));
                    }
                }
            }
        }
        out.flush();
    }

    private static DatagenSourceTask start(String config) {
        Map<String, String> props = new HashMap<>();
        for (String one : config.split(",")) {
            String[] pair = one.split("=", 2);
            props.put(pair[0], pair[1]);
        }
        String id = props.remove("task.id");
        DatagenSource connector = new DatagenSource();
        connector.start(props);
        List<Map<String, String>> tasks = connector.taskConfigs(Integer.parseInt(id) + 1);
        DatagenSourceTask task = new DatagenSourceTask();
        task.initialize(context(props.get("from")));
        task.start(tasks.get(Integer.parseInt(id)));
        return task;
    }

    /** A context whose only ability is to have a stored offset. */
    private static SourceTaskContext context(String from) {
        Map<String, Object> stored = from == null ? null : Map.of("current.iteration", Long.parseLong(from));
        OffsetStorageReader reader = proxy(OffsetStorageReader.class, "offset", stored);
        return proxy(SourceTaskContext.class, "offsetStorageReader", reader);
    }

    private static <T> T proxy(Class<T> type, String method, Object answer) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, called, args) -> {
            if (!called.getName().equals(method)) {
                throw new UnsupportedOperationException(called.getName());
            }
            return answer;
        }));
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
