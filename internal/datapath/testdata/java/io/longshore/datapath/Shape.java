// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** Names the classes of a value and its parts: JSON does not show whether a number without schema has 32 or 64 bits. */
final class Shape {
    private Shape() {
    }

    static String of(Object value) {
        if (value == null) {
            return "null";
        } else if (value instanceof byte[]) {
            return "bytes";
        } else if (value instanceof BigDecimal) {
            return "BigDecimal(" + ((BigDecimal) value).scale() + ")";
        } else if (value instanceof List) {
            StringJoiner parts = new StringJoiner(",", "[", "]");
            ((List<?>) value).forEach(e -> parts.add(of(e)));
            return parts.toString();
        } else if (value instanceof Map) {
            TreeMap<String, String> sorted = new TreeMap<>();
            ((Map<?, ?>) value).forEach((k, v) -> sorted.put(k + ":" + of(k), of(v)));
            return sorted.toString();
        } else if (value instanceof Struct) {
            StringJoiner parts = new StringJoiner(",", "(", ")");
            for (Field f : ((Struct) value).schema().fields()) {
                parts.add(f.name() + " " + of(((Struct) value).getWithoutDefault(f.name())));
            }
            return parts.toString();
        }
        return value.getClass().getSimpleName();
    }
}
