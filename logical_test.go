// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
)

func decimal(t require.TestingT, text string) connect.Decimal {
	d, err := connect.ParseDecimal(text)
	require.NoError(t, err)
	return d
}

func TestDecimalsPrintAsBigDecimal(t *testing.T) {
	for text, want := range map[string]struct {
		plain    string
		unscaled int64
		scale    int
	}{
		"0":          {"0", 0, 0},
		"0.00":       {"0.00", 0, 2},
		"0E+3":       {"0", 0, -3},
		"12.30":      {"12.30", 1230, 2},
		"-12.30":     {"-12.30", -1230, 2},
		"0.000001":   {"0.000001", 1, 6},
		"1E-7":       {"0.0000001", 1, 7},
		"1.2E-7":     {"0.00000012", 12, 8},
		"1E+3":       {"1000", 1, -3},
		"1.23E+5":    {"123000", 123, -3},
		"-1.23E+5":   {"-123000", -123, -3},
		"123":        {"123", 123, 0},
		"0.5":        {"0.5", 5, 1},
		"1E-1000000": {"", 1, 1000000},
	} {
		d := connect.NewDecimal(big.NewInt(want.unscaled), want.scale)
		require.Equal(t, text, d.String())
		if want.plain != "" {
			require.Equal(t, want.plain, d.Plain())
		}
		require.True(t, d.Equal(decimal(t, text)), text)
		require.Equal(t, want.scale, d.Scale())
	}
	require.Equal(t, "0", connect.Decimal{}.String())
}

func TestDecimalsAreReadAsByBigDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"1.": "1", ".5": "0.5", "+1.50": "1.50", "007": "7", "1e3": "1E+3", "1E-2": "0.01", "-.5e1": "-5", "1.5e+1": "15",
	} {
		require.Equal(t, want, decimal(t, text).String(), text)
	}
	for _, text := range []string{"", ".", "-", "+", "+-1", "1_000", "0x10", "1e", "1e+", "e5", " 1", "1 ", "NaN", "1.2.3", "1e5.0", "1e99999999999"} {
		_, err := connect.ParseDecimal(text)
		require.Error(t, err, text)
		require.Equal(t, connect.BadRecord, connect.Classify(err))
	}
}

// The bytes are those of Java's BigInteger.toByteArray.
func TestDecimalsAreStoredInTheFewestBytes(t *testing.T) {
	for unscaled, want := range map[int64][]byte{
		0: {0}, 1: {1}, 127: {0x7f}, 128: {0, 0x80}, 255: {0, 0xff}, 256: {1, 0}, -1: {0xff}, -128: {0x80}, -129: {0xff, 0x7f}, -256: {0xff, 0},
		-32768: {0x80, 0}, 1230: {4, 0xce},
	} {
		d := connect.NewDecimal(big.NewInt(unscaled), 2)
		require.Equal(t, want, d.Bytes(), unscaled)
		require.True(t, d.Equal(connect.DecimalFromBytes(want, 2)))
	}
	require.True(t, connect.DecimalFromBytes([]byte{0xff, 0xff, 0xff}, 0).Equal(connect.NewDecimal(big.NewInt(-1), 0)), "more bytes than needed")
}

func TestEveryDecimalSurvivesTextAndBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unscaled := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 30).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "negative") {
			unscaled.Neg(unscaled)
		}
		d := connect.NewDecimal(unscaled, rapid.IntRange(-50, 50).Draw(t, "scale"))
		require.True(t, d.Equal(decimal(t, d.String())), d.String())
		require.True(t, d.Equal(connect.DecimalFromBytes(d.Bytes(), d.Scale())))
		plain, value := new(big.Rat), new(big.Rat)
		_, ok := plain.SetString(d.Plain())
		require.True(t, ok)
		_, ok = value.SetString(d.String())
		require.True(t, ok)
		require.Zero(t, plain.Cmp(value), "%s and %s", d.Plain(), d)
	})
}

func TestScaleComesFromTheParameter(t *testing.T) {
	scale, err := connect.DecimalScale(connect.DecimalOf(-3))
	require.NoError(t, err)
	require.Equal(t, -3, scale)
	_, err = connect.DecimalScale(connect.Bytes)
	require.EqualError(t, err, "Invalid Decimal schema: scale parameter not found.")
	_, err = connect.DecimalScale(connect.Bytes.WithParameter("scale", "two"))
	require.ErrorContains(t, err, "Invalid scale parameter found in Decimal schema: ")
}

func TestDatesAreDays(t *testing.T) {
	for days, text := range map[int32]string{0: "1970-01-01", 1: "1970-01-02", -1: "1969-12-31", 18262: "2020-01-01"} {
		date := connect.DateFromDays(days)
		require.Equal(t, text, date.Format(time.DateOnly))
		back, err := connect.DateToDays(date)
		require.NoError(t, err)
		require.Equal(t, days, back)
	}
	_, err := connect.DateToDays(time.UnixMilli(1))
	require.EqualError(t, err, "Kafka Connect Date type should not have any time fields set to non-zero values.")
}

func TestTimesOfDayAreMilliseconds(t *testing.T) {
	for _, ms := range []int32{0, 1, 86399999, 86400000} {
		tod, err := connect.TimeFromMillis(ms)
		require.NoError(t, err)
		back, err := connect.TimeToMillis(tod)
		require.NoError(t, err)
		require.Equal(t, ms, back)
	}
	for _, ms := range []int32{-1, 86400001} {
		_, err := connect.TimeFromMillis(ms)
		require.EqualError(t, err, "Time values must use number of milliseconds greater than 0 and less than 86400000")
		_, err = connect.TimeToMillis(time.UnixMilli(int64(ms)))
		require.EqualError(t, err, "Kafka Connect Time type should not have any date fields set to non-zero values.")
	}
}
