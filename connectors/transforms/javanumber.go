// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/longshore-io/connect"
)

// What stands here are Java's ways between texts and numbers: which texts are numbers, and how numbers are narrowed.

// errNotANumber stands for Java's NumberFormatException.
var errNotANumber = errors.New("not a number")

// parseInteger reads an integer of some bits as Integer.parseInt does: digits of any script with a sign, and nothing else.
func parseInteger(text string, bits int) (int64, error) {
	digits, ok := asciiDigits(text)
	if !ok {
		return 0, errNotANumber
	}
	v, err := strconv.ParseInt(digits, 10, bits)
	if err != nil {
		return 0, errNotANumber
	}
	return v, nil
}

// asciiDigits replaces the digits of other scripts, and says no to every other character beyond ASCII.
func asciiDigits(text string) (string, bool) {
	if strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return text, true
	}
	ok := true
	digits := strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return r
		}
		v, isDigit := digitValue(r)
		ok = ok && isDigit
		return '0' + v
	}, text)
	return digits, ok
}

// digitValue relies on the digits of a script standing in a row. Java looks at UTF-16 units, so digits beyond them are none.
func digitValue(r rune) (rune, bool) {
	if r > 0xffff || !unicode.IsDigit(r) {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return (r - rune(block.Lo)) % 10, true
		}
	}
	return 0, false
}

// javaFloat is what Double.parseDouble reads: its number without white space around it and without the letter of a type after it is
// the first part.
var javaFloat = regexp.MustCompile(`^[\x00-\x20]*(` +
	`[+-]?(?:NaN|Infinity)|` +
	`(?:[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?` +
	`|[+-]?0[xX](?:[0-9a-fA-F]+\.?|[0-9a-fA-F]*\.[0-9a-fA-F]+)[pP][+-]?[0-9]+))([fFdD])?[\x00-\x20]*$`)

// parseFloat reads a number of 32 or 64 bits as Float.parseFloat and Double.parseDouble do; what is too large is infinite.
func parseFloat(text string, bits int) (float64, error) {
	found := javaFloat.FindStringSubmatch(text)
	if found == nil {
		return 0, errNotANumber
	}
	number, suffix := found[1], found[2]
	switch strings.TrimLeft(number, "+-") {
	case "NaN":
		return math.NaN(), noSuffix(suffix)
	case "Infinity":
		if number[0] == '-' {
			return math.Inf(-1), noSuffix(suffix)
		}
		return math.Inf(1), noSuffix(suffix)
	}
	v, err := strconv.ParseFloat(number, bits)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, errNotANumber
	}
	return v, nil
}

// noSuffix refuses the letter of a type after a name.
func noSuffix(suffix string) error {
	if suffix != "" {
		return errNotANumber
	}
	return nil
}

// parseBigDecimal reads a number as Java's BigDecimal does.
func parseBigDecimal(text string) (connect.Decimal, error) {
	digits, ok := asciiDigits(text)
	if !ok {
		return connect.Decimal{}, errNotANumber
	}
	d, err := connect.ParseDecimal(digits)
	if err != nil || d.Scale() != int(int32(d.Scale())) {
		return connect.Decimal{}, errNotANumber
	}
	return d, nil
}

// evenScale is a scale from which a decimal is a multiple of 2^64.
const evenScale = -64

// decimalToLong returns the low 64 bits of the integer part.
func decimalToLong(d connect.Decimal) int64 {
	v := d.Unscaled()
	switch scale := d.Scale(); {
	case scale <= evenScale || scale > decimalDigits(v):
		return 0
	case scale < 0:
		v = new(big.Int).Mul(v, powerOfTen(-scale))
	case scale > 0:
		v = new(big.Int).Quo(v, powerOfTen(scale))
	}
	low := new(big.Int).And(v, new(big.Int).SetUint64(math.MaxUint64))
	return int64(low.Uint64())
}

// decimalDigits is at least the number of decimal digits.
func decimalDigits(v *big.Int) int { return v.BitLen()/3 + 1 }

func powerOfTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func decimalToDouble(d connect.Decimal) float64 {
	v, _ := strconv.ParseFloat(d.String(), 64)
	return v
}

func decimalToFloat(d connect.Decimal) float32 {
	v, _ := strconv.ParseFloat(d.String(), 32)
	return float32(v)
}

// doubleToInt and doubleToLong saturate and take NaN for 0, where Go leaves the outcome open.
func doubleToInt(v float64) int32 {
	return int32(max(math.MinInt32, min(math.MaxInt32, doubleToLong(v))))
}

func doubleToLong(v float64) int64 {
	switch {
	case v != v:
		return 0
	case v >= math.MaxInt64:
		return math.MaxInt64
	case v <= math.MinInt64:
		return math.MinInt64
	}
	return int64(v)
}
