// SPDX-License-Identifier: Apache-2.0

import java.io.FileInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks a file in xz format to standard output. */
public class Unxz {
    public static void main(String[] args) throws Exception {
        try (var in = new XZInputStream(new FileInputStream(args[0]))) {
            in.transferTo(System.out);
        }
        System.out.flush();
    }
}
