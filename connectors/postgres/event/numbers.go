// SPDX-License-Identifier: Apache-2.0

package event

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// Errors of values say what is wrong and never show the value: they go to logs.
var (
	errNumber  = errors.New("the value is not a whole number of this type")
	errDecimal = errors.New("the value is not a decimal number")
	errFloat   = errors.New("the value is not a floating point number")
	errSpecial = errors.New("NaN and infinity have no form in decimal.handling.mode=precise; use double or string")
	errScale   = errors.New("the value has more digits after the point than the column")
)

// parseInt reads a decimal number between two bounds.
func parseInt(b []byte, least, most int64) (int64, error) {
	i, negative := 0, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		i, negative = 1, b[0] == '-'
	}
	if i == len(b) || len(b)-i > 19 {
		return 0, errNumber
	}
	var v uint64 // 19 digits fit
	for ; i < len(b); i++ {
		c := b[i] - '0'
		if c > 9 {
			return 0, errNumber
		}
		v = v*10 + uint64(c)
	}
	if negative {
		if v > 1<<63 || -int64(v) < least {
			return 0, errNumber
		}
		return -int64(v), nil
	}
	if v > uint64(most) {
		return 0, errNumber
	}
	return int64(v), nil
}

func toInt16(b []byte) (any, error) {
	v, err := parseInt(b, math.MinInt16, math.MaxInt16)
	if err != nil {
		return nil, err
	}
	return int16(v), nil
}

func toInt32(b []byte) (any, error) {
	v, err := parseInt(b, math.MinInt32, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	return int32(v), nil
}

func toInt64(b []byte) (any, error) {
	v, err := parseInt(b, math.MinInt64, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func parseFloat(b []byte, bits int) (float64, error) {
	v, err := strconv.ParseFloat(string(b), bits)
	if err != nil && !math.IsInf(v, 0) {
		return 0, errFloat
	}
	return v, nil
}

func toFloat32(b []byte) (any, error) {
	v, err := parseFloat(b, 32)
	if err != nil {
		return nil, err
	}
	return float32(v), nil
}

func toFloat64(b []byte) (any, error) {
	v, err := parseFloat(b, 64)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// special says whether a decimal is one of those that are no numbers: NaN, Infinity, -Infinity.
func special(b []byte) bool {
	c := b
	if len(c) > 0 && c[0] == '-' {
		c = c[1:]
	}
	return len(c) > 0 && (c[0] == 'N' || c[0] == 'I')
}

// unscaled reads the digits of a decimal without its point, and how many are behind it.
func unscaled(b []byte) (digits *big.Int, scale int, err error) {
	if special(b) {
		return nil, 0, errSpecial
	}
	var v int64
	i, negative, point, n := 0, false, -1, 0
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		i, negative = 1, b[0] == '-'
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && point < 0 {
			point = i
			continue
		}
		if !digit(c) {
			return nil, 0, errDecimal
		}
		if n++; n <= 18 {
			v = v*10 + int64(c-'0')
		}
	}
	if n == 0 {
		return nil, 0, errDecimal
	}
	if point >= 0 {
		scale = len(b) - point - 1
	}
	if n > 18 {
		return longUnscaled(b, point), scale, nil
	}
	if negative {
		v = -v
	}
	return big.NewInt(v), scale, nil
}

// longUnscaled reads what unscaled has found to be digits, more than an int64 has room for.
func longUnscaled(b []byte, point int) *big.Int {
	text := string(b)
	if point >= 0 {
		text = text[:point] + text[point+1:]
	}
	v, _ := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 10)
	return v
}

var (
	ten = big.NewInt(10)
	one = big.NewInt(1)
)

// rescale gives digits another scale, and refuses to lose any.
func rescale(digits *big.Int, scale, want int) (*big.Int, error) {
	if scale == want {
		return digits, nil
	}
	if want > scale {
		return new(big.Int).Mul(digits, power(want-scale)), nil
	}
	quotient, rest := new(big.Int).QuoRem(digits, power(scale-want), new(big.Int))
	if rest.Sign() != 0 {
		return nil, errScale
	}
	return quotient, nil
}

func power(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// toDecimal makes a conversion to decimals of a scale.
func toDecimal(scale int) conversion {
	return func(b []byte) (any, error) {
		digits, have, err := unscaled(b)
		if err != nil {
			return nil, err
		}
		if digits, err = rescale(digits, have, scale); err != nil {
			return nil, err
		}
		return connect.NewDecimal(digits, scale), nil
	}
}

// toVariableScale makes a conversion to structs of a scale and bytes, with as few digits after the point as are needed.
func toVariableScale(schema *connect.Schema) conversion {
	return func(b []byte) (any, error) {
		digits, scale, err := unscaled(b)
		if err != nil {
			return nil, err
		}
		digits, scale = strip(digits, scale)
		s := connect.NewStruct(schema)
		s.SetAt(0, int32(scale))
		s.SetAt(1, connect.NewDecimal(digits, scale).Bytes())
		return s, nil
	}
}

// strip takes zeros away after the point.
func strip(digits *big.Int, scale int) (*big.Int, int) {
	if digits.Sign() == 0 {
		return digits, 0
	}
	for scale > 0 {
		quotient, rest := new(big.Int).QuoRem(digits, ten, new(big.Int))
		if rest.Sign() != 0 {
			break
		}
		digits, scale = quotient, scale-1
	}
	return digits, scale
}

// toDecimalText keeps the digits as they are sent. What is no number has Java's names.
func toDecimalText(b []byte) (any, error) {
	if !special(b) {
		return string(b), nil
	}
	switch string(b) {
	case "NaN":
		return "NAN", nil
	case "Infinity":
		return "POSITIVE_INFINITY", nil
	case "-Infinity":
		return "NEGATIVE_INFINITY", nil
	}
	return nil, errDecimal
}

// cents reads an amount of money, which is written as the language of the database has it: -$1,234.56, 1.234,56 €. What is behind the last
// point or comma is a fraction if it is as long as fractions are, or has another length than three.
func cents(b []byte, fraction int) (*big.Int, int, error) {
	digits := make([]byte, 0, len(b)+1)
	behind, negative := -1, false
	for _, c := range b {
		switch {
		case digit(c):
			digits = append(digits, c)
		case c == '-' || c == '(':
			negative = true
		case (c == '.' || c == ',') && len(digits) > 0:
			behind = len(digits)
		}
	}
	if len(digits) == 0 {
		return nil, 0, errDecimal
	}
	scale := 0
	if behind >= 0 {
		if n := len(digits) - behind; n == fraction || n != 3 {
			scale = n
		}
	}
	v, _ := new(big.Int).SetString(string(digits), 10)
	if negative {
		v.Neg(v)
	}
	return v, scale, nil
}

// round gives digits another scale; halves are rounded away from zero.
func round(digits *big.Int, scale, want int) *big.Int {
	if want >= scale {
		v, _ := rescale(digits, scale, want)
		return v
	}
	unit := power(scale - want)
	quotient, rest := new(big.Int).QuoRem(digits, unit, new(big.Int))
	if rest.Abs(rest).Lsh(rest, 1).Cmp(unit) >= 0 {
		if digits.Sign() < 0 {
			return quotient.Sub(quotient, one)
		}
		return quotient.Add(quotient, one)
	}
	return quotient
}

// toMoney makes a conversion of amounts of money by the mode for decimals.
func toMoney(mode string, fraction int) conversion {
	return func(b []byte) (any, error) {
		digits, scale, err := cents(b, fraction)
		if err != nil {
			return nil, err
		}
		switch mode {
		case DecimalPrecise:
			return connect.NewDecimal(round(digits, scale, fraction), fraction), nil
		case DecimalDouble:
			return toFloat64([]byte(connect.NewDecimal(digits, scale).Plain()))
		}
		return connect.NewDecimal(digits, scale).Plain(), nil
	}
}
