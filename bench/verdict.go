// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// target is something that we hold ourselves to: a median of Longshore, or its ratio to that of another contender.
type target struct {
	workload string
	metric   metric
	// against is whose median Longshore's is divided by; "" compares the median itself.
	against contender
	// bound is the least that it may be where more is better, else the most.
	bound float64
}

// ratioText is how ratios are printed.
var ratioText = metric{format: "%.2f"}

// text says what has to hold: "at least 4.00 × Kafka Connect 4.1".
func (t target) text() string {
	least := "at most "
	if t.metric.more {
		least = "at least "
	}
	if t.against == "" {
		return least + t.metric.text(t.bound)
	}
	return least + ratioText.text(t.bound) + " × " + string(t.against)
}

// measured is the figure that is held against the bound, if it was measured.
func (t target) measured(all results) (figure float64, text string, found bool) {
	r := all[t.workload]
	if t.against != "" {
		figure, found = r.ratio(t.metric, longshore, t.against)
		return figure, ratioText.text(figure), found
	}
	s, found := r.spread(longshore, t.metric)
	return s.median, t.metric.text(s.median), found
}

// met says whether a figure is within the bound.
func (t target) met(figure float64) bool {
	if t.metric.more {
		return figure >= t.bound
	}
	return figure <= t.bound
}

// verdict is a Markdown table of all targets.
func verdict(targets []target, all results) string {
	var text strings.Builder
	text.WriteString("| workload | metric | should be | is | |\n|---|---|---|---:|---|\n")
	for _, t := range targets {
		figure, is, found := t.measured(all)
		says := "met"
		switch {
		case !found:
			is, says = "", "not measured"
		case !t.met(figure):
			says = "**not met**"
		}
		fmt.Fprintf(&text, "| %s | %s | %s | %s | %s |\n", t.workload, t.metric.name, t.text(), is, says)
	}
	return text.String()
}

// slower are the workloads in which Kafka Connect is faster, in a metric that tells of the pace: a Markdown list, "" when there are none.
func slower(told []about, all results) string {
	var text strings.Builder
	for _, w := range told {
		for _, m := range w.metrics {
			ratio, found := all[w.name].ratio(m, longshore, kafkaConnect)
			if found && m.pace && ratio != 1 && ratio > 1 != m.more {
				fmt.Fprintf(&text, "- %s: %s, %s × %s\n", w.name, m.name, ratioText.text(ratio), kafkaConnect)
			}
		}
	}
	return text.String()
}
