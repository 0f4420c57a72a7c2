// SPDX-License-Identifier: Apache-2.0
package io.longshore.connect.datagen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/** Makes records itself, the same as Longshore's connector of this name. */
public class DatagenSource extends SourceConnector {
    static final String TOPIC = "kafka.topic";
    static final String VALUE_SHAPE = "value.shape";
    static final String VALUE_SIZE = "value.size";
    static final String KEY_SHAPE = "key.shape";
    static final String RATE = "rate";
    static final String ITERATIONS = "iterations";
    static final String SEED = "random.seed";
    static final String TASK_ID = "task.id";

    /** Without max.interval: nothing that is measured needs it. */
    static final ConfigDef CONFIG = new ConfigDef()
        .define(TOPIC, Type.STRING, ConfigDef.NO_DEFAULT_VALUE, new ConfigDef.NonEmptyString(), Importance.HIGH, "Topic to write to.")
        .define(RATE, Type.LONG, 0L, Range.between(0, 1_000_000_000), Importance.HIGH, "How many records each task makes a second; 0 is as many as go.")
        .define(VALUE_SIZE, Type.INT, 100, Range.between(1, 256 << 20), Importance.HIGH, "Size of a value in bytes.")
        .define(VALUE_SHAPE, Type.STRING, "text", ValidString.in("text", "bytes", "struct"), Importance.MEDIUM, "What values are.")
        .define(KEY_SHAPE, Type.STRING, "none", ValidString.in("none", "text", "number"), Importance.MEDIUM, "What keys are.")
        .define(ITERATIONS, Type.LONG, -1L, Importance.MEDIUM, "How many records each task makes; less than 1 is without end.")
        .define(SEED, Type.LONG, 0L, Importance.LOW, "What random values are made from.");

    private Map<String, String> props;

    @Override
    public String version() {
        return "4.1.0";
    }

    @Override
    public ConfigDef config() {
        return CONFIG;
    }

    @Override
    public void start(Map<String, String> props) {
        this.props = props;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DatagenSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> configs = new ArrayList<>();
        for (int i = 0; i < maxTasks; i++) {
            Map<String, String> config = new HashMap<>(props);
            config.put(TASK_ID, Integer.toString(i));
            configs.add(config);
        }
        return configs;
    }

    @Override
    public void stop() {
    }
}
