// SPDX-License-Identifier: Apache-2.0

package header

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"

	"github.com/longshore-io/connect"
)

// numberOf reads a number: the smallest integer type that holds it, else a float that is finite, else a decimal; nil for
// what is not a number.
func numberOf(token string) *connect.SchemaAndValue {
	token, ok := asciiDigits(token)
	if !ok {
		return nil
	}
	d, err := connect.ParseDecimal(token)
	if err != nil || d.Scale() != int(int32(d.Scale())) {
		return nil
	}
	if whole, ok := wholeNumber(d); ok {
		return integerOf(whole)
	}
	if d.Scale() != 0 {
		if f, _ := strconv.ParseFloat(token, 32); !math.IsInf(f, 0) {
			return &connect.SchemaAndValue{Schema: connect.Float32, Value: float32(f)}
		}
		if f, _ := strconv.ParseFloat(token, 64); !math.IsInf(f, 0) {
			return &connect.SchemaAndValue{Schema: connect.Float64, Value: f}
		}
	}
	return &connect.SchemaAndValue{Schema: connect.DecimalOf(d.Scale()), Value: d}
}

// asciiDigits replaces the digits of other scripts, which Java reads too.
func asciiDigits(token string) (string, bool) {
	if strings.IndexFunc(token, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return token, true
	}
	valid := true
	mapped := strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return r
		}
		v, ok := digitValue(r)
		valid = valid && ok
		return '0' + rune(v)
	}, token)
	return mapped, valid
}

// digitValue relies on the digits of a script standing in a row.
func digitValue(r rune) (int, bool) {
	if r > 0xffff || !unicode.IsDigit(r) {
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return int(r-rune(block.Lo)) % 10, true
		}
	}
	return 0, false
}

// maxDigits is more than a 64-bit integer has: a number of a larger magnitude is none.
const maxDigits = 20

// wholeNumber returns the number if it is an integer of 64 bits.
func wholeNumber(d connect.Decimal) (int64, bool) {
	unscaled := d.Unscaled()
	if unscaled.Sign() == 0 {
		return 0, true
	}
	magnitude := len(new(big.Int).Abs(unscaled).String()) - d.Scale()
	if magnitude < 1 || magnitude > maxDigits {
		return 0, false
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(d.Scale(), -d.Scale()))), nil)
	whole := new(big.Int)
	if d.Scale() <= 0 {
		whole.Mul(unscaled, power)
	} else if _, rest := whole.QuoRem(unscaled, power, new(big.Int)); rest.Sign() != 0 {
		return 0, false
	}
	return whole.Int64(), whole.IsInt64()
}

func integerOf(v int64) *connect.SchemaAndValue {
	switch {
	case v == int64(int8(v)):
		return &connect.SchemaAndValue{Schema: connect.Int8, Value: int8(v)}
	case v == int64(int16(v)):
		return &connect.SchemaAndValue{Schema: connect.Int16, Value: int16(v)}
	case v == int64(int32(v)):
		return &connect.SchemaAndValue{Schema: connect.Int32, Value: int32(v)}
	}
	return &connect.SchemaAndValue{Schema: connect.Int64, Value: v}
}
