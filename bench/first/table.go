// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// row is a line of the table: what is compared, and how it is printed.
type row struct {
	name, format string
	value        func(r result, lines int) float64
}

var rows = []row{
	{"source, records/s", "%.0f", func(r result, lines int) float64 { return float64(lines) / r.source.wall.Seconds() }},
	{"source, seconds", "%.2f", func(r result, _ int) float64 { return r.source.wall.Seconds() }},
	{"source, CPU seconds", "%.2f", func(r result, _ int) float64 { return r.source.cpu.Seconds() }},
	{"sink, records/s", "%.0f", func(r result, lines int) float64 { return float64(lines) / r.sink.wall.Seconds() }},
	{"sink, seconds", "%.2f", func(r result, _ int) float64 { return r.sink.wall.Seconds() }},
	{"sink, CPU seconds", "%.2f", func(r result, _ int) float64 { return r.sink.cpu.Seconds() }},
	{"largest resident set, MiB", "%.0f", func(r result, _ int) float64 { return float64(r.peak) / (1 << 20) }},
}

// printTable prints the medians of all rounds, and the smallest and largest value of each.
func printTable(w io.Writer, measuredOn string, lines, rounds int, results map[string][]result) {
	fmt.Fprintf(w, "%d lines of %d bytes through one broker, medians of %d rounds (smallest to largest), %s\n\n",
		lines, lineBytes, rounds, time.Now().Format(time.DateOnly))
	fmt.Fprintf(w, "%s\n\n", measuredOn)
	fmt.Fprintf(w, "| | %s | %s ÷ %s |\n|---|%s---:|\n", strings.Join(contenders, " | "), longshore, kafkaConnect,
		strings.Repeat("---:|", len(contenders)))
	for _, row := range rows {
		fmt.Fprintf(w, "| %s |", row.name)
		for _, c := range contenders {
			values := row.values(results[c], lines)
			fmt.Fprintf(w, " "+row.format+" ("+row.format+" to "+row.format+") |", median(values), values[0], values[len(values)-1])
		}
		ratio := median(row.values(results[longshore], lines)) / median(row.values(results[kafkaConnect], lines))
		fmt.Fprintf(w, " %.2f |\n", ratio)
	}
}

// values are those of all rounds, sorted.
func (r row) values(results []result, lines int) []float64 {
	var values []float64
	for _, result := range results {
		values = append(values, r.value(result, lines))
	}
	slices.Sort(values)
	return values
}

// median of sorted values; of an even number the mean of the two in the middle.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
