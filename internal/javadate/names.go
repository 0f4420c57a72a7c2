// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"slices"
	"strings"
	"time"
)

var (
	eras      = []string{"BC", "AD"}
	halves    = []string{"AM", "PM"}
	months    = namesOf(1, 12, func(i int) string { return time.Month(i).String() })
	weekdays  = namesOf(0, 6, func(i int) string { return time.Weekday(i).String() })
	shortened = func(names []string) []string {
		out := slices.Clone(names)
		for i := range out {
			out[i] = out[i][:3]
		}
		return out
	}
	shortMonths   = shortened(months)
	shortWeekdays = shortened(weekdays)
)

func namesOf(from, to int, name func(int) string) []string {
	var out []string
	for i := from; i <= to; i++ {
		out = append(out, name(i))
	}
	return out
}

// longest finds the longest name that a text begins with, in any case.
func longest(text []rune, names []string) (index, length int) {
	for i, name := range names {
		if len(name) > length && beginsWith(text, name) {
			index, length = i, len(name)
		}
	}
	return index, length
}

func beginsWith(text []rune, name string) bool {
	return len(text) >= len(name) && strings.EqualFold(string(text[:len(name)]), name)
}
