// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMedianIsTheMiddleOrTheMeanOfTheTwoInTheMiddle(t *testing.T) {
	for name, c := range map[string]struct {
		all  []float64
		want spread
	}{
		"one":          {[]float64{7}, spread{7, 7, 7}},
		"two":          {[]float64{4, 2}, spread{2, 3, 4}},
		"an odd count": {[]float64{9, 1, 5}, spread{1, 5, 9}},
		"even":         {[]float64{1, 100, 3, 2}, spread{1, 2.5, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			given := append([]float64{}, c.all...)
			require.Equal(t, c.want, spreadOf(c.all))
			require.Equal(t, given, c.all, "the values of the rounds keep their order")
		})
	}
}

func TestFiguresHaveCommasBetweenThousands(t *testing.T) {
	for _, c := range []struct {
		format string
		value  float64
		want   string
	}{
		{"%.0f", 0, "0"}, {"%.0f", 999, "999"}, {"%.0f", 1000, "1,000"}, {"%.0f", 1234567.4, "1,234,567"},
		{"%.2f", 1234.5, "1,234.50"}, {"%.2f", 0.005, "0.01"}, {"%.1f", -1234.5, "-1,234.5"}, {"%.0f", -123, "-123"},
	} {
		require.Equal(t, c.want, metric{format: c.format}.text(c.value))
	}
}

func TestASpreadNamesTheSmallestAndTheLargestWhereTheyDiffer(t *testing.T) {
	m := metric{format: "%.1f"}
	require.Equal(t, "2.0 (1.0 to 4.5)", spread{1, 2, 4.5}.text(m))
	require.Equal(t, "2.0", spread{2, 2, 2}.text(m))
}

func TestARatioIsThatOfTheMedians(t *testing.T) {
	r := result{Values: map[contender]map[string][]float64{}}
	for _, v := range []float64{1, 30, 2} {
		r.add(kafkaConnect, values{"x": v, "nothing": 0})
	}
	for _, v := range []float64{8, 5, 6} {
		r.add(longshore, values{"x": v, "nothing": 1})
	}
	got, found := r.ratio(metric{name: "x"}, longshore, kafkaConnect)
	require.True(t, found)
	require.InDelta(t, 3.0, got, 1e-9)
	for name, what := range map[string]struct {
		metric  string
		against contender
	}{"of one who was not measured": {"x", bareClient}, "of another metric": {"y", kafkaConnect}, "to nothing": {"nothing", kafkaConnect}} {
		_, found = r.ratio(metric{name: what.metric}, longshore, what.against)
		require.False(t, found, name)
	}
}

func TestCopiedRecordsBecomeFigures(t *testing.T) {
	got := copied{records: 2_000_000, bytes: 500_000_000, span: span{wall: 4e9, cpu: 3e9}, peak: 99_500_000}.values()
	require.Equal(t, values{"records/s": 500_000, "MB/s": 125, "seconds": 4, "CPU seconds per million records": 1.5, "peak memory, MB": 99.5}, got)
	for _, m := range copying {
		require.Contains(t, got, m.name)
	}
}

func TestRoundsBeginWithAnotherContenderEach(t *testing.T) {
	require.Equal(t, []contender{kafkaConnect, longshore, bareClient}, rotated(allContenders, 0))
	require.Equal(t, []contender{longshore, bareClient, kafkaConnect}, rotated(allContenders, 1))
	require.Equal(t, []contender{kafkaConnect, longshore, bareClient}, rotated(allContenders, 3))
}
