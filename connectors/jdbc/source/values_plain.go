// SPDX-License-Identifier: Apache-2.0

package source

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// plain converts what the drivers behind database/sql give: int64, float64, bool, []byte, string and time.Time.
type plain struct {
	times
	dialect database.Dialect
	// zeroDate says what the dates without month and day of MySQL are: an error, null, or the first day of all.
	zeroDate string
	// dateClass says how SQLite keeps times: INTEGER, TEXT or REAL.
	dateClass string
	// seconds says that whole numbers are seconds, and no milliseconds.
	seconds bool
	// finerDatetime says that SQL Server compares a DATETIME by three hundredths of a second, which a text in a statement cannot have.
	finerDatetime bool
}

func (p plain) converter(c column, to shape) (converter[any], error) {
	switch to {
	case shapeBoolean:
		return plainBoolean, nil
	case shapeInt8, shapeInt16, shapeInt32, shapeInt64:
		if c.kind == kindBit {
			return bits, nil
		}
		return func(v any) (any, error) {
			n, err := wholeOf(v)
			if err != nil {
				return nil, err
			}
			return narrow(n, to)
		}, nil
	case shapeFloat32:
		return func(v any) (any, error) {
			f, err := floatOf(v)
			return float32(f), err
		}, nil
	case shapeFloat64:
		return func(v any) (any, error) { return boxFloat(floatOf(v)) }, nil
	case shapeDecimal:
		return p.decimal(c), nil
	case shapeText:
		return p.text(c), nil
	case shapeBytes:
		return plainBytes, nil
	}
	return p.moment(c, to), nil
}

func boxFloat(f float64, err error) (any, error) { return f, err }

// unexpected does not repeat the value: errors go into logs and states, where data has no place.
func unexpected(v any, want string) error {
	return &connect.DataError{Reason: fmt.Sprintf("a value that the driver gives as %T is no %s", v, want)}
}

func plainBoolean(v any) (any, error) {
	switch b := v.(type) {
	case bool:
		return b, nil
	case int64:
		return b != 0, nil
	case float64:
		return b != 0, nil
	case []byte: // a string of bits, or digits
		for _, c := range b {
			if c != 0 && c != '0' {
				return true, nil
			}
		}
		return false, nil
	case string:
		return b != "0" && !strings.EqualFold(b, "false") && b != "", nil
	}
	return nil, unexpected(v, "truth value")
}

func wholeOf(v any) (int64, error) {
	switch n := v.(type) {
	case int64:
		return n, nil
	case bool:
		if n {
			return 1, nil
		}
		return 0, nil
	case float32:
		return wholeOf(float64(n))
	case float64:
		if math.Abs(n) < math.MaxInt64 {
			return int64(n), nil
		}
	case uint64:
		if n <= math.MaxInt64 {
			return int64(n), nil
		}
	case []byte:
		return wholePart(n)
	case string:
		return wholePart([]byte(n))
	}
	return 0, unexpected(v, "whole number of 64 bits")
}

// bits is a string of bits as a number, the first byte highest.
func bits(v any) (any, error) {
	b, is := v.([]byte)
	if !is {
		n, err := wholeOf(v)
		if err != nil {
			return nil, err
		}
		return narrow(n, shapeInt8)
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	if n > math.MaxInt8 {
		return nil, unexpected(n, "number of 8 bits with a sign")
	}
	return int8(n), nil
}

func floatOf(v any) (float64, error) {
	switch n := v.(type) {
	case float64:
		return n, nil
	case float32:
		return float64(n), nil
	case int64:
		return float64(n), nil
	case []byte:
		return floatOf(string(n))
	case string:
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			return f, nil
		}
	}
	return 0, unexpected(v, "number")
}

// errFraction is of SQLite, where a column of numbers may have any.
var errFraction = errors.New("the column is declared without digits after the point, and the number has some: declare it as DECIMAL(p,s), or read it by a query with CAST")

func (p plain) decimal(c column) converter[any] {
	scale := decimalScale(c)
	return func(v any) (any, error) {
		switch n := v.(type) {
		case []byte:
			return boxDecimal(decimal(n, scale))
		case string:
			return boxDecimal(decimal([]byte(n), scale))
		case int64:
			return boxDecimal(decimal(strconv.AppendInt(nil, n, 10), scale))
		case float64:
			if c.precision == 0 && n != math.Trunc(n) {
				return nil, errFraction
			}
			return boxDecimal(decimal(strconv.AppendFloat(nil, n, 'f', -1, 64), scale))
		}
		return nil, unexpected(v, "decimal number")
	}
}

func (p plain) text(c column) converter[any] {
	if c.native == "UNIQUEIDENTIFIER" {
		return func(v any) (any, error) {
			b, is := v.([]byte)
			if !is || len(b) != 16 {
				return nil, unexpected(v, "unique identifier")
			}
			return uniqueID(b), nil
		}
	}
	return func(v any) (any, error) {
		switch x := v.(type) {
		case []byte:
			return string(x), nil
		case string:
			return x, nil
		case int64:
			return strconv.FormatInt(x, 10), nil
		case float64:
			return strconv.FormatFloat(x, 'f', -1, 64), nil
		case time.Time:
			return x.Format("2006-01-02 15:04:05.999999999"), nil
		case bool:
			return strconv.FormatBool(x), nil
		}
		return nil, unexpected(v, "text")
	}
}

// uniqueID prints SQL Server's form, whose first three parts have their lowest byte first.
func uniqueID(b []byte) string {
	order := []byte{b[3], b[2], b[1], b[0], b[5], b[4], b[7], b[6]}
	h := strings.ToUpper(hex.EncodeToString(append(order, b[8:]...)))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func plainBytes(v any) (any, error) {
	switch x := v.(type) {
	case []byte:
		return append([]byte{}, x...), nil
	case string:
		return []byte(x), nil
	}
	return nil, unexpected(v, "string of bytes")
}
