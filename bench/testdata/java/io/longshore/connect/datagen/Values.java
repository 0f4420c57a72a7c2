// SPDX-License-Identifier: Apache-2.0
package io.longshore.connect.datagen;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/** What values of one shape are. */
final class Values {
    private static final Schema RECORD = SchemaBuilder.struct().name("io.longshore.connect.datagen.Record").version(1)
        .field("id", Schema.INT64_SCHEMA).field("task", Schema.INT32_SCHEMA).field("name", Schema.STRING_SCHEMA)
        .field("active", Schema.BOOLEAN_SCHEMA).field("amount", Schema.FLOAT64_SCHEMA).field("created", Timestamp.SCHEMA)
        .field("comment", Schema.OPTIONAL_STRING_SCHEMA).field("padding", Schema.STRING_SCHEMA).build();
    private static final int STRUCT_SIZE = 128;
    private static final int NAME_LENGTH = 8;
    private static final long FIRST_CREATED = 1767225600000L;

    private final String shape;
    private final int size;
    private final int task;
    private final Draws draws;
    private final byte[] scratch;

    Values(String shape, int size, int task, long seed) {
        this.shape = shape;
        this.size = size;
        this.task = task;
        this.draws = new Draws(seed, task);
        this.scratch = new byte[Math.max(size, NAME_LENGTH) + Draws.DRAWN];
    }

    Schema schema() {
        return switch (shape) {
            case "bytes" -> Schema.BYTES_SCHEMA;
            case "struct" -> RECORD;
            default -> Schema.STRING_SCHEMA;
        };
    }

    String name(long n) {
        return task + "-" + n;
    }

    Object value(long n) {
        draws.record(n);
        if (shape.equals("struct")) {
            return struct(n);
        }
        byte[] head = (name(n) + " ").getBytes(StandardCharsets.ISO_8859_1);
        int from = head.length > size ? 0 : head.length;
        System.arraycopy(head, 0, scratch, 0, from);
        draws.letters(scratch, from, size);
        return shape.equals("bytes") ? Arrays.copyOf(scratch, size) : text(size);
    }

    private Struct struct(long n) {
        Struct value = new Struct(RECORD).put("id", n).put("task", task);
        draws.letters(scratch, 0, NAME_LENGTH);
        value.put("name", text(NAME_LENGTH));
        long random = draws.next();
        value.put("active", (random & 1) == 1).put("amount", (random >>> 1) % 1_000_000 / 100.0).put("created", new Date(FIRST_CREATED + n));
        if ((random >>> 32 & 3) != 0) {
            value.put("comment", name(n));
        }
        int padding = Math.max(0, size - STRUCT_SIZE);
        draws.letters(scratch, 0, padding);
        return value.put("padding", text(padding));
    }

    /** The letters are one byte each, which Java copies as they are. */
    private String text(int length) {
        return new String(scratch, 0, length, StandardCharsets.ISO_8859_1);
    }
}
