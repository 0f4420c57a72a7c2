// SPDX-License-Identifier: Apache-2.0

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Prints every property that the clients of Kafka define, one a line: its name, type and default, and the clients that have it so.
 * A property without a default has a hyphen there.
 */
public class ClientProperties {
    public static void main(String[] args) {
        Map<String, ConfigDef> clients = new LinkedHashMap<>();
        clients.put("producer", ProducerConfig.configDef());
        clients.put("consumer", ConsumerConfig.configDef());
        clients.put("admin", AdminClientConfig.configDef());
        Map<String, List<String>> having = new TreeMap<>();
        clients.forEach((client, def) -> def.configKeys().values().forEach(key ->
            having.computeIfAbsent(line(key), line -> new ArrayList<>()).add(client)));
        having.forEach((line, by) -> System.out.println(line + "\t" + String.join(",", by)));
    }

    private static String line(ConfigDef.ConfigKey key) {
        String value = !key.hasDefault() ? "-" : key.defaultValue == null ? "null" : ConfigDef.convertToString(key.defaultValue, key.type);
        return key.name + "\t" + key.type + "\t" + value;
    }
}
