// SPDX-License-Identifier: Apache-2.0
package io.longshore.connect.datagen;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The random numbers of one record after the other, those of SplitMix64. */
final class Draws {
    /** How many letters come of one random number. */
    static final int DRAWN = 16;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final long NIBBLES = 0x0f0f0f0f0f0f0f0fL;
    private static final long LETTER_A = 0x6161616161616161L;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long task;
    private long state;

    Draws(long seed, int task) {
        this.task = mixed(seed + GOLDEN * (task + 1L));
    }

    private static long mixed(long z) {
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    /** Begins with the numbers of a record. */
    void record(long n) {
        state = mixed(task + GOLDEN * n);
    }

    long next() {
        state += GOLDEN;
        return mixed(state);
    }

    /** Fills with letters from a to p, and up to fifteen bytes beyond. */
    void letters(byte[] into, int from, int to) {
        for (int i = from; i < to; i += DRAWN) {
            long sixteen = next();
            WORD.set(into, i, (sixteen & NIBBLES) + LETTER_A);
            WORD.set(into, i + DRAWN / 2, (sixteen >>> 4 & NIBBLES) + LETTER_A);
        }
    }
}
