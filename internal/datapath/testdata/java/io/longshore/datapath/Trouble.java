// SPDX-License-Identifier: Apache-2.0
package io.longshore.datapath;

import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;

/** Fails so many times, as a configuration says. */
final class Trouble {
    private final boolean retriable;
    private final long times;
    private long failures;

    Trouble(Map<String, String> props) {
        retriable = Boolean.parseBoolean(props.getOrDefault("fail.retriable", "false"));
        times = Long.parseLong(props.getOrDefault("fail.times", "1"));
    }

    /** Throws, unless it has thrown often enough; negative times are without end. */
    void maybe(String text) {
        if (times >= 0 && failures >= times) {
            return;
        }
        failures++;
        if (retriable) {
            throw new RetriableException(text);
        }
        throw new ConnectException(text);
    }
}
