// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"

	"github.com/longshore-io/connect"
)

// pgType is how PostgreSQL knows a kind of parameter.
type pgType struct {
	name       string
	oid, array uint32
}

// pgTypes are by kind. The numbers are those of the catalog pg_type, the same in every database.
var pgTypes = [...]pgType{
	kindText: {"text", 25, 1009}, kindBool: {"boolean", 16, 1000}, kindInt16: {"smallint", 21, 1005}, kindInt32: {"integer", 23, 1007},
	kindInt64: {"bigint", 20, 1016}, kindFloat32: {"real", 700, 1021}, kindFloat64: {"double precision", 701, 1022}, kindBytes: {"bytea", 17, 1001},
	kindNumeric: {"numeric", 1700, 1231}, kindDate: {"date", 1082, 1182}, kindTime: {"time", 1083, 1183},
	kindTimestamp: {"timestamp", 1114, 1115}, kindInstant: {"timestamptz", 1184, 1185},
}

const (
	// pgEpochDays and pgEpochSeconds are 2000-01-01, from which PostgreSQL counts.
	pgEpochDays    = 10957
	pgEpochSeconds = pgEpochDays * secondsPerDay
)

// appendPg appends the length and the binary form of a value, as parameters, elements of arrays and fields of COPY have it.
func appendPg(dst []byte, k kind, d datum) ([]byte, error) {
	if d.null {
		return append(dst, 0xff, 0xff, 0xff, 0xff), nil
	}
	switch k {
	case kindText:
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(d.s)))
		return append(dst, d.s...), nil
	case kindBytes:
		b := d.x.([]byte)
		dst = binary.BigEndian.AppendUint32(dst, uint32(len(b)))
		return append(dst, b...), nil
	case kindBool:
		return append(dst, 0, 0, 0, 1, byte(d.n)), nil
	case kindInt16:
		return binary.BigEndian.AppendUint16(append(dst, 0, 0, 0, 2), uint16(d.n)), nil
	case kindInt32:
		return binary.BigEndian.AppendUint32(append(dst, 0, 0, 0, 4), uint32(d.n)), nil
	case kindInt64:
		return appendPg8(dst, d.n), nil
	case kindFloat32:
		return binary.BigEndian.AppendUint32(append(dst, 0, 0, 0, 4), math.Float32bits(float32(d.float()))), nil
	case kindFloat64:
		return appendPg8(dst, d.n), nil
	case kindNumeric:
		return appendPgNumeric(dst, d.x.(connect.Decimal))
	case kindDate:
		if days := d.n - pgEpochDays; days != int64(int32(days)) {
			return dst, errTooFar
		}
		return binary.BigEndian.AppendUint32(append(dst, 0, 0, 0, 4), uint32(d.n-pgEpochDays)), nil
	case kindTime:
		return appendPg8(dst, (d.n+500)/1000), nil
	}
	if d.n != endOfTime && d.n != beginOfTime && (d.n > maxSeconds || d.n < -maxSeconds) {
		return dst, errTooFar
	}
	return appendPg8(dst, d.pgMicros()), nil
}

// maxSeconds is how far from 1970 microseconds can be counted, which is farther than PostgreSQL goes.
const maxSeconds = 9_200_000_000_000

var errTooFar = &connect.DataError{Reason: "A date or time is farther away than PostgreSQL can store"}

func appendPg8(dst []byte, n int64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, 0, 0, 0, 8), uint64(n))
}

// pgMicros counts microseconds from 2000; the largest and smallest numbers are the infinities.
func (d datum) pgMicros() int64 {
	if d.n == endOfTime || d.n == beginOfTime {
		return d.n
	}
	d.n -= pgEpochSeconds
	return d.micros()
}

// maxNumericScale is how many digits PostgreSQL keeps behind the point.
const maxNumericScale = 16383

// appendPgNumeric appends groups of four decimal digits: their number, the weight of the first, the sign, the scale, the groups.
func appendPgNumeric(dst []byte, number connect.Decimal) ([]byte, error) {
	scale, unscaled := number.Scale(), number.Unscaled()
	if scale > maxNumericScale || scale < -maxNumericScale {
		return dst, &connect.DataError{Reason: fmt.Sprintf("A decimal number has the scale %d: PostgreSQL takes scales up to %d", scale, maxNumericScale)}
	}
	var room [64]byte
	digits := room[:4] // up to four zeros in front make the groups whole
	copy(digits, "0000")
	if unscaled.IsInt64() {
		digits = strconv.AppendInt(digits, unscaled.Int64(), 10)
	} else {
		digits = unscaled.Append(digits, 10)
	}
	sign := uint16(0)
	if digits[4] == '-' {
		sign, digits[4] = 0x4000, '0'
	}
	for ; scale < 0; scale++ {
		digits = append(digits, '0')
	}
	shown := scale
	for ; scale%4 != 0; scale++ {
		digits = append(digits, '0')
	}
	return appendGroups(dst, digits[len(digits)%4:], scale/4, sign, uint16(shown)), nil
}

// appendGroups appends a number whose digits are a multiple of four, the last groups of them behind the point.
func appendGroups(dst, digits []byte, behind int, sign, shown uint16) []byte {
	weight := len(digits)/4 - behind - 1
	for len(digits) > 0 && string(digits[:4]) == "0000" {
		digits = digits[4:]
		weight--
	}
	for len(digits) > 0 && string(digits[len(digits)-4:]) == "0000" {
		digits = digits[:len(digits)-4]
	}
	if len(digits) == 0 {
		weight, sign = 0, 0
	}
	groups := len(digits) / 4
	dst = binary.BigEndian.AppendUint32(dst, uint32(8+2*groups))
	dst = binary.BigEndian.AppendUint16(dst, uint16(groups))
	dst = binary.BigEndian.AppendUint16(dst, uint16(int16(weight)))
	dst = binary.BigEndian.AppendUint16(dst, sign)
	dst = binary.BigEndian.AppendUint16(dst, shown)
	for ; len(digits) > 0; digits = digits[4:] {
		group := uint16(digits[0]-'0')*1000 + uint16(digits[1]-'0')*100 + uint16(digits[2]-'0')*10 + uint16(digits[3]-'0')
		dst = binary.BigEndian.AppendUint16(dst, group)
	}
	return dst
}
