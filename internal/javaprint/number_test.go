// SPDX-License-Identifier: Apache-2.0

package javaprint_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect/internal/javaprint"
)

// The texts are those of Java 19 and later; the ones that Java 17 prints longer are marked.
var doubles = map[float64]string{
	0: "0.0", math.Copysign(0, -1): "-0.0", 1: "1.0", -1.5: "-1.5", 0.1: "0.1", 100: "100.0", 1e20: "1.0E20", 1e-7: "1.0E-7", 0.001: "0.001",
	0.0009999: "9.999E-4", 9999999: "9999999.0", 1e7: "1.0E7", 12345678: "1.2345678E7", 1234567.125: "1234567.125", 0.3: "0.3",
	2e23: "2.0E23" /* 17: 1.9999999999999998E23 */, 1e23: "1.0E23", 2.2250738585072014e-308: "2.2250738585072014E-308",
	math.SmallestNonzeroFloat64: "4.9E-324", 2 * math.SmallestNonzeroFloat64: "9.9E-324", 3 * math.SmallestNonzeroFloat64: "1.5E-323",
	math.MaxFloat64: "1.7976931348623157E308", math.Inf(1): "Infinity", math.Inf(-1): "-Infinity", 1 << 53: "9.007199254740992E15",
	123456789012: "1.23456789012E11", -1e-300: "-1.0E-300", 2.0e-3: "0.002", /* 17: 0.002 */
}

var floats = map[float32]string{
	0: "0.0", 1: "1.0", 0.1: "0.1", 16777216: "1.6777216E7", 1e10: "1.0E10", 0.001: "0.001", 9.999e-4: "9.999E-4", 1e7: "1.0E7",
	9999999: "9999999.0", math.MaxFloat32: "3.4028235E38", math.SmallestNonzeroFloat32: "1.4E-45", 3.1415927: "3.1415927",
	1.17549435e-38: "1.1754944E-38" /* 17: 1.17549435E-38 */, float32(math.Inf(-1)): "-Infinity", 33554432: "3.3554432E7",
	2 * math.SmallestNonzeroFloat32: "2.8E-45", 8.41e21: "8.41E21",
}

func TestDoublesPrintAsInJava(t *testing.T) {
	for v, want := range doubles {
		require.Equal(t, want, string(javaprint.AppendFloat64(nil, v)))
	}
	require.Equal(t, "NaN", string(javaprint.AppendFloat64(nil, math.NaN())))
}

func TestFloatsPrintAsInJava(t *testing.T) {
	for v, want := range floats {
		require.Equal(t, want, string(javaprint.AppendFloat32(nil, v)))
	}
	require.Equal(t, "NaN", string(javaprint.AppendFloat32(nil, float32(math.NaN()))))
}

func TestEveryPrintedNumberReadsBackAsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if v == v {
			back, err := strconv.ParseFloat(string(javaprint.AppendFloat64(nil, v)), 64)
			require.NoError(t, err)
			require.Equal(t, math.Float64bits(v), math.Float64bits(back))
		}
		f := math.Float32frombits(rapid.Uint32().Draw(t, "bits of a float"))
		if f == f {
			back, err := strconv.ParseFloat(string(javaprint.AppendFloat32(nil, f)), 32)
			require.NoError(t, err)
			require.Equal(t, math.Float32bits(f), math.Float32bits(float32(back)))
		}
	})
}

func BenchmarkAppendFloat64(b *testing.B) {
	buf := make([]byte, 0, 32)
	for b.Loop() {
		buf = javaprint.AppendFloat64(buf[:0], 12345.678)
	}
}
