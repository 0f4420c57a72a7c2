// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;

/** A converter of texts that fails where the text has what it looks for. */
public class FlakyConverter implements Converter, HeaderConverter {
    private String matching;
    private Trouble trouble;

    @Override
    public void configure(Map<String, ?> props, boolean isKey) {
        configure(props);
    }

    @Override
    public void configure(Map<String, ?> props) {
        Map<String, String> texts = new HashMap<>();
        props.forEach((k, v) -> texts.put(k, String.valueOf(v)));
        matching = texts.get("matching");
        trouble = new Trouble(texts);
    }

    private byte[] write(Object value) {
        if (value == null) {
            return null;
        }
        if (value.toString().contains(matching)) {
            trouble.maybe("flaky converter: " + matching);
        }
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private SchemaAndValue read(byte[] value) {
        if (value == null) {
            return SchemaAndValue.NULL;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        if (text.contains(matching)) {
            trouble.maybe("flaky converter: " + matching);
        }
        return new SchemaAndValue(Schema.STRING_SCHEMA, text);
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return write(value);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
        return read(value);
    }

    @Override
    public byte[] fromConnectHeader(String topic, String headerKey, Schema schema, Object value) {
        return write(value);
    }

    @Override
    public SchemaAndValue toConnectHeader(String topic, String headerKey, byte[] value) {
        return read(value);
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void close() {
    }
}
