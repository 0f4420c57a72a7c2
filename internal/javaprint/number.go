// SPDX-License-Identifier: Apache-2.0

package javaprint

import (
	"math"
	"strconv"
)

// Bounds of Double.toString: numbers from 1.0E-3 to below 1.0E7 are printed without an exponent.
const (
	plainFrom  = 1e-3
	plainBelow = 1e7
)

// Below these, two digits may be nearer to a number than the one digit that is enough to tell it from its neighbours;
// Java then prints two (4.9E-324, where one digit would be 5.0E-324).
const (
	coarse64 = 1e-320
	coarse32 = 1e-42
)

// AppendFloat64 appends a double as Double.toString of Java 19 and later prints it: the shortest digits that read back as
// the same number, at least one of them after the point; NaN, Infinity and -Infinity by name. Older Javas print more
// digits than needed for some numbers (2.0E-3 is the same, 2.0E23 was 1.9999999999999998E23).
func AppendFloat64(dst []byte, v float64) []byte {
	if dst, done := appendSpecial(dst, v); done {
		return dst
	}
	if abs := math.Abs(v); abs < plainFrom || abs >= plainBelow {
		return appendScientific(dst, v, 64, abs < coarse64)
	}
	return appendPlain(dst, v, 64)
}

// AppendFloat32 appends a float as Float.toString of Java 19 and later prints it.
func AppendFloat32(dst []byte, v float32) []byte {
	wide := float64(v)
	if dst, done := appendSpecial(dst, wide); done {
		return dst
	}
	// The bounds are compared as floats: 1.0E-3f is a little above the double 1.0E-3.
	if abs := float32(math.Abs(wide)); abs < float32(plainFrom) || abs >= float32(plainBelow) {
		return appendScientific(dst, wide, 32, abs < coarse32)
	}
	return appendPlain(dst, wide, 32)
}

func appendSpecial(dst []byte, v float64) ([]byte, bool) {
	switch {
	case v != v:
		return append(dst, "NaN"...), true
	case math.IsInf(v, 1):
		return append(dst, "Infinity"...), true
	case math.IsInf(v, -1):
		return append(dst, "-Infinity"...), true
	case v == 0 && math.Signbit(v):
		return append(dst, "-0.0"...), true
	case v == 0:
		return append(dst, "0.0"...), true
	}
	return dst, false
}

func appendPlain(dst []byte, v float64, bits int) []byte {
	if whole := int64(v); float64(whole) == v {
		return append(strconv.AppendInt(dst, whole, 10), ".0"...)
	}
	return strconv.AppendFloat(dst, v, 'f', -1, bits)
}

// appendScientific turns Go's 1e+20 and 1.5e-07 into Java's 1.0E20 and 1.5E-7.
func appendScientific(dst []byte, v float64, bits int, coarse bool) []byte {
	var scratch [32]byte
	text := strconv.AppendFloat(scratch[:0], v, 'e', -1, bits)
	if coarse {
		text = nearestOfTwoDigits(text, v, bits)
	}
	e := len(text) - 1
	for text[e] != 'e' {
		e--
	}
	dst = append(dst, text[:e]...)
	if text[e-1] >= '0' && (e == 1 || e == 2 && text[0] == '-') {
		dst = append(dst, ".0"...)
	}
	dst = append(dst, 'E')
	exponent := text[e+1:]
	if exponent[0] == '-' {
		dst = append(dst, '-')
	}
	exponent = exponent[1:]
	for len(exponent) > 1 && exponent[0] == '0' {
		exponent = exponent[1:]
	}
	return append(dst, exponent...)
}

func nearestOfTwoDigits(shortest []byte, v float64, bits int) []byte {
	if len(shortest) > len("-5e-324") || shortest[1] == '.' {
		return shortest // more than one digit already
	}
	two := strconv.AppendFloat(nil, v, 'e', 1, bits)
	if back, err := strconv.ParseFloat(string(two), bits); err == nil && back == v {
		return two
	}
	return shortest
}

// AppendJSONFloat appends a number as Jackson prints it: that of a float where bits is 32, else of a double. What JSON has
// no number for is a string.
func AppendJSONFloat(dst []byte, v float64, bits int) []byte {
	special := v-v != 0
	if special {
		dst = append(dst, '"')
	}
	if bits == 32 {
		dst = AppendFloat32(dst, float32(v))
	} else {
		dst = AppendFloat64(dst, v)
	}
	if special {
		dst = append(dst, '"')
	}
	return dst
}
