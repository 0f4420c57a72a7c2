// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"
)

// spread is what all rounds together say of a metric.
type spread struct{ least, median, most float64 }

// spreadOf is that of at least one value. The median of an even number is the mean of the two in the middle.
func spreadOf(all []float64) spread {
	sorted := slices.Sorted(slices.Values(all))
	n := len(sorted)
	return spread{least: sorted[0], median: (sorted[(n-1)/2] + sorted[n/2]) / 2, most: sorted[n-1]}
}

// text is the median with the smallest and the largest value in brackets, where there is more than one.
func (s spread) text(m metric) string {
	if s.least == s.most {
		return m.text(s.median)
	}
	return fmt.Sprintf("%s (%s to %s)", m.text(s.median), m.text(s.least), m.text(s.most))
}

// text is a value as the metric's format says, with a comma between thousands.
func (m metric) text(value float64) string {
	text := fmt.Sprintf(m.format, value)
	whole, fraction, dotted := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if dotted {
		whole += "." + fraction
	}
	return sign + whole
}
