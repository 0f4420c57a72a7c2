// SPDX-License-Identifier: Apache-2.0

import java.text.DateFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;

/** Prints the names of all time zones in English, zones of the same names and offsets on one line: see ../README.md. */
public class ZoneNames {
    public static void main(String[] args) {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String[] row : DateFormatSymbols.getInstance(Locale.ENGLISH).getZoneStrings()) {
            TimeZone zone = TimeZone.getTimeZone(row[0]);
            String names = String.join("|", row[1], row[2], row[3], row[4]) + "|" + zone.getRawOffset() / 1000 + "|" + zone.getDSTSavings() / 1000;
            groups.computeIfAbsent(names, n -> new ArrayList<>()).add(row[0]);
        }
        groups.forEach((names, ids) -> System.out.println(names + "|" + String.join(",", ids)));
    }
}
