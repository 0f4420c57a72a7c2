// SPDX-License-Identifier: Apache-2.0

import java.io.EOFException;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes the golden offsets files beside this folder, and prints any offsets file, both with the JDK's own serialization,
 * which is what Kafka Connect's standalone worker uses.
 *
 * <pre>
 * cd offsets/testdata
 * java java/OffsetsFile.java write .          # the golden files
 * java java/OffsetsFile.java print FILE...    # key=value lines, sorted; - stands for null
 * </pre>
 */
public class OffsetsFile {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("write")) {
            write(new File(args[1]));
            return;
        }
        for (int i = 1; i < args.length; i++) {
            print(new File(args[i]));
        }
    }

    private static void write(File folder) throws Exception {
        save(folder, "none.offsets", new HashMap<byte[], byte[]>());

        HashMap<byte[], byte[]> one = new HashMap<>();
        one.put(bytes("[\"local-file-source\",{\"filename\":\"test.txt\"}]"), bytes("{\"position\":12}"));
        save(folder, "one.offsets", one);

        HashMap<byte[], byte[]> many = new HashMap<>();
        byte[] shared = bytes("{\"position\":7}");
        for (int i = 0; i < 25; i++) {
            many.put(bytes("[\"many\",{\"filename\":\"" + i + "\"}]"), shared); // written as references
        }
        many.put(bytes("[\"gone\",{\"filename\":\"removed\"}]"), null);
        many.put(bytes("[\"mirror\",{\"topic\":\"t\",\"partition\":0,\"cluster\":\"a\"}]"), bytes("{\"offset\":9007199254740993}"));
        many.put(bytes("[\"mirror\",null]"), bytes("{\"x\":1.5}"));
        many.put(null, bytes("{}"));
        many.put(bytes("not JSON"), bytes("kept as it is"));
        save(folder, "many.offsets", many);

        save(folder, "list.offsets", new ArrayList<>(List.of("not a map")));
        save(folder, "string.offsets", "not a map");
        save(folder, "null.offsets", null);
        save(folder, "array.offsets", bytes("not a map"));
        HashMap<String, String> strings = new HashMap<>();
        strings.put("a", "b");
        save(folder, "strings.offsets", strings);
    }

    private static void save(File folder, String name, Serializable object) throws Exception {
        try (ObjectOutputStream out = new ObjectOutputStream(new FileOutputStream(new File(folder, name)))) {
            out.writeObject(object);
        }
    }

    @SuppressWarnings("unchecked")
    private static void print(File file) throws Exception {
        Map<String, String> sorted = new TreeMap<>();
        try (ObjectInputStream in = new ObjectInputStream(new FileInputStream(file))) {
            Object object = in.readObject();
            if (!(object instanceof HashMap)) {
                throw new IllegalStateException("Expected HashMap but found " + object.getClass());
            }
            ((Map<byte[], byte[]>) object).forEach((key, value) -> sorted.put(text(key), text(value)));
            try {
                in.readByte();
                throw new IllegalStateException("there is more behind the map");
            } catch (EOFException expected) {
                // the map is all there is
            }
        }
        sorted.forEach((key, value) -> System.out.println(key + "=" + value));
    }

    private static byte[] bytes(String s) {
        return s.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] b) {
        return b == null ? "-" : new String(b, StandardCharsets.UTF_8);
    }
}
