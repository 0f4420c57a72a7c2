// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;

/** A transform that fails where a value, as text, has what it looks for, and else adds a header that it was there. */
public class Flaky<R extends ConnectRecord<R>> implements Transformation<R> {
    private String matching;
    private Trouble trouble;

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> props) {
        matching = (String) props.get("matching");
        trouble = new Trouble((Map<String, String>) props);
    }

    @Override
    public R apply(R record) {
        if (String.valueOf(record.value()).contains(matching)) {
            trouble.maybe("flaky: " + matching);
        }
        record.headers().addString("flaky", "passed");
        return record;
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void close() {
    }
}
