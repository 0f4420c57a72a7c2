// SPDX-License-Identifier: Apache-2.0

package file

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextsInBoxesAreOrdinaryStrings(t *testing.T) {
	var b boxes
	values := make([]any, 3*boxesAtOnce)
	for i := range values {
		values[i] = b.of(fmt.Sprint("line ", i))
	}
	b.renew()
	values = append(values, b.of(""), b.of("line 0"))
	b = boxes{}
	runtime.GC()
	for i, value := range values[:3*boxesAtOnce] {
		text, ok := value.(string)
		require.True(t, ok)
		require.Equal(t, fmt.Sprint("line ", i), text)
		require.Equal(t, any(fmt.Sprint("line ", i)), value)
	}
	require.Equal(t, "", values[3*boxesAtOnce])
	require.True(t, values[0] == values[3*boxesAtOnce+1], "they are compared by what they say")
}

func TestBoxesOfOneReadKeepNothingOfAnother(t *testing.T) {
	var b boxes
	for range 100 {
		b.of("of the first")
	}
	b.renew()
	b.of("of the second")
	require.Equal(t, []string{"of the second"}, b.texts)
	require.Equal(t, 1, cap(b.texts), "few lines take little")
}

func TestManyLinesAreBoxedWithFewAllocations(t *testing.T) {
	var kept any
	allocations := testing.AllocsPerRun(10, func() {
		var b boxes
		for range 10 * boxesAtOnce {
			kept = b.of("x")
		}
	})
	require.Equal(t, "x", kept)
	require.Less(t, allocations, 25.0)
}
