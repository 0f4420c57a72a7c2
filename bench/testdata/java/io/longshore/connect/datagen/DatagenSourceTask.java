// SPDX-License-Identifier: Apache-2.0
package io.longshore.connect.datagen;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Makes the records of one task. */
public class DatagenSourceTask extends SourceTask {
    private static final int POLL_RECORDS = 2000;
    private static final int POLL_BYTES = 1 << 20;
    private static final long SHORTEST_WAIT = 5;

    private String topic;
    private String keyShape;
    private Map<String, ?> partition;
    private Values values;
    private Schema valueSchema;
    private long seed;
    private long rate;
    private long next;
    private long last;
    private int most;
    private long begun;
    private long made;

    @Override
    public String version() {
        return "4.1.0";
    }

    @Override
    public void start(Map<String, String> props) {
        Map<String, Object> config = DatagenSource.CONFIG.parse(props);
        int task = Integer.parseInt(props.get(DatagenSource.TASK_ID));
        topic = (String) config.get(DatagenSource.TOPIC);
        keyShape = (String) config.get(DatagenSource.KEY_SHAPE);
        seed = (Long) config.get(DatagenSource.SEED);
        rate = (Long) config.get(DatagenSource.RATE);
        last = (Long) config.get(DatagenSource.ITERATIONS);
        int size = (Integer) config.get(DatagenSource.VALUE_SIZE);
        most = Math.max(1, Math.min(POLL_RECORDS, POLL_BYTES / size));
        values = new Values((String) config.get(DatagenSource.VALUE_SHAPE), size, task, seed);
        valueSchema = values.schema();
        partition = Map.of("task.id", (long) task);
        Map<String, Object> stored = context.offsetStorageReader().offset(partition);
        if (stored != null) {
            next = ((Number) stored.get("current.iteration")).longValue();
        }
        begun = System.nanoTime();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        long due = due(last > 0 ? Math.min(most, last - next) : most);
        if (due <= 0) {
            Thread.sleep(SHORTEST_WAIT);
            return null;
        }
        List<SourceRecord> records = new ArrayList<>((int) due);
        for (long i = 0; i < due; i++) {
            records.add(record());
        }
        return records;
    }

    private SourceRecord record() {
        long n = next++;
        Map<String, ?> offset = Map.of("current.iteration", next, "random.seed", seed);
        Object value = values.value(n);
        return switch (keyShape) {
            case "text" -> new SourceRecord(partition, offset, topic, null, Schema.STRING_SCHEMA, values.name(n), valueSchema, value);
            case "number" -> new SourceRecord(partition, offset, topic, null, Schema.INT64_SCHEMA, n, valueSchema, value);
            default -> new SourceRecord(partition, offset, topic, null, null, null, valueSchema, value);
        };
    }

    /** How many records may be made by now. */
    private long due(long wanted) {
        if (rate == 0 || wanted <= 0) {
            return wanted;
        }
        double seconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
        long due = Math.min(wanted, (long) (seconds * rate) + 1 - made);
        made += Math.max(0, due);
        return due;
    }

    @Override
    public void stop() {
    }
}
