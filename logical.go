// SPDX-License-Identifier: Apache-2.0

package connect

import (
	"fmt"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// Names of the logical types that Kafka Connect defines; a schema with one of them has Go values of another type than
// its physical one.
const (
	DecimalName   = "org.apache.kafka.connect.data.Decimal"
	DateName      = "org.apache.kafka.connect.data.Date"
	TimeName      = "org.apache.kafka.connect.data.Time"
	TimestampName = "org.apache.kafka.connect.data.Timestamp"

	decimalScale = "scale"
	millisPerDay = 24 * 60 * 60 * 1000
)

// Schemas of the logical types of date and time.
var (
	// Date is a day: time.Time at midnight UTC, stored as int32 days since 1970-01-01.
	Date = Int32.WithName(DateName).WithVersion(1)
	// Time is a time of day: time.Time on 1970-01-01 UTC, stored as int32 milliseconds since midnight.
	Time = Int32.WithName(TimeName).WithVersion(1)
	// Timestamp is an instant with milliseconds, stored as int64 milliseconds since 1970-01-01 UTC.
	Timestamp = Int64.WithName(TimestampName).WithVersion(1)
)

// DecimalOf describes decimals of one scale, stored as the bytes of their unscaled value.
func DecimalOf(scale int) *Schema {
	return Bytes.WithName(DecimalName).WithVersion(1).WithParameter(decimalScale, strconv.Itoa(scale))
}

// DecimalScale returns the scale of a decimal schema.
func DecimalScale(s *Schema) (int, error) {
	text, ok := s.Parameter(decimalScale)
	if !ok {
		return 0, &DataError{Reason: "Invalid Decimal schema: scale parameter not found."}
	}
	scale, err := strconv.Atoi(text)
	if err != nil {
		return 0, &DataError{Reason: "Invalid scale parameter found in Decimal schema: ", Err: fmt.Errorf("For input string: %q", text)} //nolint:staticcheck // Java's text
	}
	return scale, nil
}

// Decimal is an exact decimal number: Unscaled × 10^-Scale. The zero value is 0.
type Decimal struct {
	unscaled *big.Int
	scale    int
}

// NewDecimal makes unscaled × 10^-scale. The big.Int must not be changed afterwards.
func NewDecimal(unscaled *big.Int, scale int) Decimal { return Decimal{unscaled, scale} }

// ParseDecimal reads plain or scientific notation; the scale is the number of digits after the point, less the exponent.
func ParseDecimal(text string) (Decimal, error) {
	mantissa, exponent := text, 0
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		e, err := strconv.ParseInt(text[i+1:], 10, 32)
		if err != nil {
			return Decimal{}, &DataError{Reason: fmt.Sprintf("%q is not a decimal number", text)}
		}
		mantissa, exponent = text[:i], int(e)
	}
	digits, scale := mantissa, 0
	if i := strings.IndexByte(mantissa, '.'); i >= 0 {
		digits, scale = mantissa[:i]+mantissa[i+1:], len(mantissa)-i-1
	}
	unscaled, ok := parseDigits(digits)
	if !ok {
		return Decimal{}, &DataError{Reason: fmt.Sprintf("%q is not a decimal number", text)}
	}
	return Decimal{unscaled, scale - exponent}, nil
}

// parseDigits takes a sign and decimal digits only: big.Int would also take underscores.
func parseDigits(digits string) (*big.Int, bool) {
	bare := strings.TrimPrefix(strings.TrimPrefix(digits, "-"), "+")
	if bare == "" || len(digits)-len(bare) > 1 || strings.Trim(bare, "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(digits, 10)
}

// DecimalFromBytes reads the big-endian two's complement of the unscaled value, the stored form of a decimal.
func DecimalFromBytes(b []byte, scale int) Decimal {
	if len(b) > 0 && len(b) <= 8 {
		v := int64(int8(b[0]))
		for _, c := range b[1:] {
			v = v<<8 | int64(c)
		}
		return Decimal{big.NewInt(v), scale}
	}
	v := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	return Decimal{v, scale}
}

// Unscaled returns the digits as an integer. It must not be changed.
func (d Decimal) Unscaled() *big.Int {
	if d.unscaled == nil {
		return new(big.Int)
	}
	return d.unscaled
}

// Scale returns the number of digits after the point; negative for multiples of ten.
func (d Decimal) Scale() int { return d.scale }

// Bytes returns the shortest big-endian two's complement of the unscaled value, as Java's BigInteger does.
func (d Decimal) Bytes() []byte { return d.AppendBytes(nil) }

// AppendBytes appends what Bytes returns.
func (d Decimal) AppendBytes(dst []byte) []byte {
	v := d.Unscaled()
	if !v.IsInt64() {
		return append(dst, twosComplement(v)...)
	}
	whole := v.Int64()
	for shift := bits.Len64(uint64(whole^whole>>63)) / 8 * 8; shift >= 0; shift -= 8 {
		dst = append(dst, byte(whole>>shift))
	}
	return dst
}

func twosComplement(v *big.Int) []byte {
	if v.Sign() >= 0 {
		b := v.Bytes()
		if len(b) == 0 || b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return b
	}
	// -2^(n-1) fits in n bits: bits of |v|-1, plus the sign.
	n := new(big.Int).Not(v).BitLen()/8 + 1
	return new(big.Int).Add(v, new(big.Int).Lsh(big.NewInt(1), uint(n)*8)).FillBytes(make([]byte, n))
}

// Equal says whether number and scale are the same, as Java's BigDecimal.equals does: 1.0 is not 1.00.
func (d Decimal) Equal(o Decimal) bool {
	return d.scale == o.scale && d.Unscaled().Cmp(o.Unscaled()) == 0
}

// String prints the number as Java's BigDecimal.toString does: scientific notation for a negative scale or very small numbers.
func (d Decimal) String() string {
	digits := new(big.Int).Abs(d.Unscaled()).String()
	sign := ""
	if d.Unscaled().Sign() < 0 {
		sign = "-"
	}
	adjusted := len(digits) - 1 - d.scale
	if d.scale >= 0 && adjusted >= -6 {
		return sign + placePoint(digits, d.scale)
	}
	text := digits[:1]
	if len(digits) > 1 {
		text += "." + digits[1:]
	}
	if adjusted != 0 {
		text += fmt.Sprintf("E%+d", adjusted)
	}
	return sign + text
}

// Plain prints the number without an exponent, as Java's BigDecimal.toPlainString does.
func (d Decimal) Plain() string {
	digits := new(big.Int).Abs(d.Unscaled()).String()
	sign := ""
	if d.Unscaled().Sign() < 0 {
		sign = "-"
	}
	if d.scale < 0 {
		if digits == "0" {
			return "0"
		}
		return sign + digits + strings.Repeat("0", -d.scale)
	}
	return sign + placePoint(digits, d.scale)
}

func placePoint(digits string, scale int) string {
	if scale == 0 {
		return digits
	}
	if pad := scale - len(digits) + 1; pad > 0 {
		digits = strings.Repeat("0", pad) + digits
	}
	return digits[:len(digits)-scale] + "." + digits[len(digits)-scale:]
}

// DateToDays returns the stored form of a Date. A value with a time of day is refused, as in Kafka Connect.
func DateToDays(t time.Time) (int32, error) {
	ms := t.UnixMilli()
	if ms%millisPerDay != 0 {
		return 0, &DataError{Reason: "Kafka Connect Date type should not have any time fields set to non-zero values."}
	}
	return int32(ms / millisPerDay), nil
}

// DateFromDays returns the Date of a number of days since 1970-01-01.
func DateFromDays(days int32) time.Time { return time.UnixMilli(int64(days) * millisPerDay).UTC() }

// TimeToMillis returns the stored form of a Time. A value on another day than 1970-01-01 is refused, as in Kafka Connect.
func TimeToMillis(t time.Time) (int32, error) {
	ms := t.UnixMilli()
	if ms < 0 || ms > millisPerDay {
		return 0, &DataError{Reason: "Kafka Connect Time type should not have any date fields set to non-zero values."}
	}
	return int32(ms), nil
}

// TimeFromMillis returns the Time of a number of milliseconds since midnight, refused outside a day.
func TimeFromMillis(ms int32) (time.Time, error) {
	if ms < 0 || ms > millisPerDay {
		return time.Time{}, &DataError{Reason: "Time values must use number of milliseconds greater than 0 and less than 86400000"}
	}
	return time.UnixMilli(int64(ms)).UTC(), nil
}
