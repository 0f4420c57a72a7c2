// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// pair is two contenders whose medians are divided.
type pair struct{ of, to contender }

// pairs are the ratios of a table, where both have been measured.
var pairs = []pair{{longshore, kafkaConnect}, {longshore, bareClient}, {longshoreAgain, longshore}}

// order is that of the columns.
var order = []contender{kafkaConnect, longshore, longshoreAgain, bareClient}

// table is a Markdown table of a workload: a row for each metric, a column for each contender that was measured, and ratios.
func table(w about, r result) string {
	var columns []contender
	for _, c := range order {
		if len(r.Values[c]) > 0 {
			columns = append(columns, c)
		}
	}
	var ratios []pair
	for _, p := range pairs {
		if len(r.Values[p.of]) > 0 && len(r.Values[p.to]) > 0 {
			ratios = append(ratios, p)
		}
	}
	var text strings.Builder
	text.WriteString("| |")
	for _, c := range columns {
		fmt.Fprintf(&text, " %s |", c)
	}
	for _, p := range ratios {
		fmt.Fprintf(&text, " %s ÷ %s |", p.of, p.to)
	}
	text.WriteString("\n|---|" + strings.Repeat("---:|", len(columns)+len(ratios)) + "\n")
	for _, m := range w.metrics {
		text.WriteString(row(m, r, columns, ratios))
	}
	return text.String()
}

// row is empty for a metric that nobody has.
func row(m metric, r result, columns []contender, ratios []pair) string {
	var text strings.Builder
	fmt.Fprintf(&text, "| %s |", m.name)
	measured := false
	for _, c := range columns {
		cell := ""
		if s, found := r.spread(c, m); found {
			measured, cell = true, s.text(m)
		}
		fmt.Fprintf(&text, " %s |", cell)
	}
	for _, p := range ratios {
		cell := ""
		if ratio, found := r.ratio(m, p.of, p.to); found {
			cell = ratioText.text(ratio)
		}
		fmt.Fprintf(&text, " %s |", cell)
	}
	if !measured {
		return ""
	}
	return text.String() + "\n"
}
