// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"math"
	"math/big"
	"sync"
	"time"

	"github.com/longshore-io/connect"
)

// powers of ten are made as they are needed: that of the greatest scale has 128 digits.
var powers sync.Map

func power(n int) *big.Int {
	if p, is := powers.Load(n); is {
		return p.(*big.Int)
	}
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	powers.Store(n, p)
	return p
}

// errNotDecimal does not repeat the value, as little as any error here does.
var errNotDecimal = &connect.DataError{Reason: "the value is no decimal number; NaN and Infinity are none either"}

// decimal reads plain digits with a point and a sign, and gives the number a scale. Digits that the scale has no room for are rounded, halves away
// from zero.
func decimal(text []byte, scale int) (connect.Decimal, error) {
	if d, ok := shortDecimal(text, scale); ok {
		return d, nil
	}
	d, err := connect.ParseDecimal(string(text))
	if err != nil {
		return d, errNotDecimal
	}
	return rescale(d, scale), nil
}

// shortDecimal is for numbers of up to 18 digits at the scale they have.
func shortDecimal(text []byte, scale int) (connect.Decimal, bool) {
	if len(text) == 0 || len(text) > maxDigits {
		return connect.Decimal{}, false
	}
	var v int64
	rest, negative := text, false
	if rest[0] == '-' {
		rest, negative = rest[1:], true
	}
	after := -1
	for _, c := range rest {
		switch {
		case c >= '0' && c <= '9':
			v = v*10 + int64(c-'0')
			if after >= 0 {
				after++
			}
		case c == '.' && after < 0:
			after = 0
		default:
			return connect.Decimal{}, false
		}
	}
	if max(after, 0) != scale || len(rest) == 0 {
		return connect.Decimal{}, false
	}
	if negative {
		v = -v
	}
	return connect.NewDecimal(big.NewInt(v), scale), true
}

func rescale(d connect.Decimal, scale int) connect.Decimal {
	switch missing := scale - d.Scale(); {
	case missing == 0:
		return d
	case missing > 0:
		return connect.NewDecimal(new(big.Int).Mul(d.Unscaled(), power(missing)), scale)
	default:
		divisor := power(-missing)
		q, r := new(big.Int).QuoRem(d.Unscaled(), divisor, new(big.Int))
		if r.Abs(r).Lsh(r, 1).Cmp(divisor) >= 0 {
			q.Add(q, big.NewInt(int64(d.Unscaled().Sign())))
		}
		return connect.NewDecimal(q, scale)
	}
}

// wholePart reads the integer of a number, without what is after the point.
func wholePart(text []byte) (int64, error) {
	d, err := connect.ParseDecimal(string(text))
	if err != nil {
		return 0, errNotDecimal
	}
	v := d.Unscaled()
	if d.Scale() > 0 {
		v = new(big.Int).Quo(v, power(d.Scale()))
	} else if d.Scale() < 0 {
		v = new(big.Int).Mul(v, power(-d.Scale()))
	}
	if !v.IsInt64() {
		return 0, &connect.DataError{Reason: "the value is too large for an INT64"}
	}
	return v.Int64(), nil
}

// narrow puts a whole number into a shape, if it fits.
func narrow(v int64, to shape) (any, error) {
	switch {
	case to == shapeInt64:
		return v, nil
	case to == shapeInt32 && v >= math.MinInt32 && v <= math.MaxInt32:
		return int32(v), nil
	case to == shapeInt16 && v >= math.MinInt16 && v <= math.MaxInt16:
		return int16(v), nil
	case to == shapeInt8 && v >= math.MinInt8 && v <= math.MaxInt8:
		return int8(v), nil
	}
	return nil, &connect.DataError{Reason: fmt.Sprintf("the value is too large for the type of its field, %s", plainSchemas[to].Type())}
}

func bigNanos(at time.Time) *big.Int {
	n := new(big.Int).Mul(big.NewInt(at.Unix()), power(9))
	return n.Add(n, big.NewInt(int64(at.Nanosecond())))
}
