// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"math"
	"unicode"
)

// number reads a number as Java's NumberFormat for whole numbers does: a minus sign, digits of any script, and an exponent.
// It returns where the number ends; without a number that is where it began.
func number(text []rune, at int) (value, end int) {
	i := at
	negative := i < len(text) && text[i] == '-'
	if negative {
		i++
	}
	whole, v, after := digits(text, i)
	if after == i {
		return 0, at
	}
	if e, end := exponent(text, after); end > after {
		v, after = v*math.Pow10(e), end
		whole = int64(min(max(v, math.MinInt64), math.MaxInt64-1024))
	}
	if negative {
		whole, v = -whole, -v
	}
	return toInt(whole, v), after
}

// digits reads digits, exactly while they fit, and as a double.
func digits(text []rune, i int) (whole int64, v float64, end int) {
	for i < len(text) {
		d, ok := digit(text[i])
		if !ok {
			break
		}
		whole, v = whole*10+int64(d), v*10+float64(d)
		i++
	}
	return whole, v, i
}

func exponent(text []rune, i int) (v, end int) {
	if i >= len(text) || text[i] != 'E' {
		return 0, i
	}
	sign, from := 1, i+1
	if from < len(text) && text[from] == '-' {
		sign, from = -1, from+1
	}
	e, _, end := digits(text, from)
	if end == from {
		return 0, i
	}
	return sign * int(min(max(e, 0), 400)), end
}

// toInt is Java's intValue of a Long where the number fits one, and of a Double elsewhere.
func toInt(whole int64, v float64) int {
	switch {
	case v >= math.MaxInt64:
		return math.MaxInt32
	case v <= math.MinInt64:
		return math.MinInt32
	}
	return int(int32(whole))
}

func digit(r rune) (int, bool) {
	if r >= '0' && r <= '9' {
		return int(r - '0'), true
	}
	if r <= unicode.MaxASCII || r > 0xffff || !unicode.IsDigit(r) {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return int(r-rune(block.Lo)) % 10, true
		}
	}
	return 0, false
}
