// SPDX-License-Identifier: Apache-2.0

package json

import (
	"math"
	"math/big"
	"strconv"

	"github.com/longshore-io/connect"
)

// zeroFrom is where wrapping ends: from 10^64 on a number's low 64 bits are zero.
const zeroFrom = 64

// integer is what Java's longValue makes of a number: the low 64 bits, fractions cut off. What is not a number is 0.
func (d *document) integer(n *node) int64 {
	switch n.kind {
	case kindInt:
		return wrapInteger(d.text[n.start:n.end])
	case kindFloat:
		return truncate(d.decimal(n))
	}
	return 0
}

// wrapInteger multiplies modulo 2^64, and so keeps the low 64 bits of any number of digits.
func wrapInteger(text []byte) int64 {
	negative := text[0] == '-'
	if negative {
		text = text[1:]
	}
	v := uint64(0)
	for _, c := range text {
		v = v*10 + uint64(c-'0')
	}
	if negative {
		v = -v
	}
	return int64(v)
}

func truncate(d connect.Decimal) int64 {
	scale := d.Scale()
	if scale <= -zeroFrom || scale > maxNumberLength {
		return 0 // a multiple of 2^64, or a fraction: no number has that many digits
	}
	v := new(big.Int)
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil)
	if scale > 0 {
		v.Quo(d.Unscaled(), power)
	} else {
		v.Mul(d.Unscaled(), power)
	}
	low := new(big.Int).And(new(big.Int).Abs(v), new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	if v.Sign() < 0 {
		low = -low
	}
	return int64(low)
}

// fitsInt32 says whether Jackson holds the number as an int, which dates and times of day demand.
func (d *document) fitsInt32(n *node) bool {
	if n.kind != kindInt {
		return false
	}
	v, err := strconv.ParseInt(string(d.text[n.start:n.end]), 10, 32)
	return err == nil && v == int64(int32(v))
}

// decimal returns a number with exactly the digits of its text.
func (d *document) decimal(n *node) connect.Decimal {
	v, err := connect.ParseDecimal(string(d.text[n.start:n.end]))
	if err != nil { // an exponent beyond 32 bits
		return connect.Decimal{}
	}
	return v
}

// float returns a number as the nearest float of 32 or 64 bits; beyond them it is infinite. What is not a number is 0.
// Zero has no sign: Java reads numbers as decimals, which have no negative zero.
func (d *document) float(n *node, bits int) float64 {
	if n.kind != kindInt && n.kind != kindFloat {
		return 0
	}
	text := d.text[n.start:n.end]
	v, _ := strconv.ParseFloat(string(text), bits)
	if v == 0 && allZero(text) {
		return 0
	}
	return v
}

func allZero(text []byte) bool {
	for _, c := range text {
		if c >= '1' && c <= '9' {
			return false
		}
		if c|0x20 == 'e' {
			return true
		}
	}
	return true
}
