// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"fmt"
	"math"
	"time"

	"github.com/longshore-io/connect"
)

const (
	connectException = "org.apache.kafka.connect.errors.ConnectException"
	day              = 24 * time.Hour
)

// representation tells by its schema how a timestamp is represented.
func representation(schema *connect.Schema) (string, error) {
	switch schema.Name() {
	case connect.TimestampName:
		return asTimestamp, nil
	case connect.DateName:
		return asDate, nil
	case connect.TimeName:
		return asTime, nil
	}
	switch schema.Type() {
	case connect.TypeString:
		return asString, nil
	case connect.TypeInt64:
		return asUnix, nil
	}
	return "", &javaError{connectException, fmt.Sprintf("Schema %s does not correspond to a known timestamp type format", schema)}
}

var targetSchemas = map[string]*connect.Schema{asString: connect.String, asUnix: connect.Int64, asDate: connect.Date, asTime: connect.Time, asTimestamp: connect.Timestamp}

func (c *timestampConverter) targetSchema(optional bool) *connect.Schema {
	if optional {
		return c.targets[1]
	}
	return c.targets[0]
}

func (c *timestampConverter) convert(from string, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	t, err := c.read(from, value)
	if err != nil {
		return nil, err
	}
	return c.write(t), nil
}

func (c *timestampConverter) read(from string, value any) (time.Time, error) {
	switch from {
	case asString:
		return c.readString(value)
	case asUnix:
		n, ok := value.(int64)
		if !ok {
			return time.Time{}, dataErrorf("Expected Unix timestamp to be a Long, but found class %s", className(value))
		}
		return time.UnixMilli(c.millis(n)).UTC(), nil
	}
	t, ok := value.(time.Time)
	if !ok {
		return time.Time{}, dataErrorf("Expected %s to be a java.util.Date, but found class %s", from, className(value))
	}
	return t, nil
}

func (c *timestampConverter) readString(value any) (time.Time, error) {
	text, ok := value.(string)
	switch {
	case !ok:
		return time.Time{}, dataErrorf("Expected string timestamp to be a String, but found class %s", className(value))
	case c.pattern == nil:
		return time.Time{}, &javaError{nullPointer, `Cannot invoke "java.text.SimpleDateFormat.parse(String)" because "config.format" is null`}
	}
	t, err := c.pattern.Parse(text)
	if err != nil {
		return time.Time{}, &connect.DataError{Reason: fmt.Sprintf("Could not parse timestamp: value (%s) does not match pattern (%s)", text, c.pattern), Err: err}
	}
	return t, nil
}

func (c *timestampConverter) write(t time.Time) any {
	ms := t.UnixMilli()
	switch c.target {
	case asString:
		return c.pattern.Format(t)
	case asUnix:
		return c.units(ms)
	case asDate:
		return time.UnixMilli(ms - floorMod(ms, day.Milliseconds())).UTC()
	case asTime:
		return time.UnixMilli(floorMod(ms, day.Milliseconds())).UTC()
	}
	return t
}

func floorMod(a, b int64) int64 { return ((a % b) + b) % b }

// millis turns units since 1970 into milliseconds. As in Java, fractions are cut off towards zero, and what is too large becomes the
// largest.
func (c *timestampConverter) millis(n int64) int64 {
	if c.precision > time.Millisecond {
		return saturated(n, int64(c.precision/time.Millisecond))
	}
	return n / int64(time.Millisecond/c.precision)
}

func (c *timestampConverter) units(ms int64) int64 {
	if c.precision > time.Millisecond {
		return ms / int64(c.precision/time.Millisecond)
	}
	return saturated(ms, int64(time.Millisecond/c.precision))
}

func saturated(n, factor int64) int64 {
	switch {
	case n > math.MaxInt64/factor:
		return math.MaxInt64
	case n < math.MinInt64/factor:
		return math.MinInt64
	}
	return n * factor
}
