// SPDX-License-Identifier: Apache-2.0

package sink

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// zonedTimestamp binds the texts of points in time: as such where the column is one, else as a clock of use.time.zone shows them.
func (s *debeziumSettings) zonedTimestamp(d database.Dialect, found *database.Column) binding {
	asInstant := keepsInstants(d, found)
	b := binding{kind: kindTimestamp}
	if asInstant {
		b.kind = kindInstant
	}
	if asInstant && d == database.MySQL {
		b.place = mysqlInstant
	}
	zone := s.zone
	b.convert = func(v any) (datum, error) {
		text, ok := v.(string)
		if !ok {
			return datum{}, misfit(v, "ZonedTimestamp")
		}
		if limit, is := infinity(d, text); is {
			return limit, nil
		}
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return datum{}, &connect.DataError{Reason: "The text is no time with a zone"}
		}
		if asInstant {
			return instantOf(t), nil
		}
		return timestampOf(t.In(zone)), nil
	}
	return b
}

// mysqlInstant turns what a clock shows in UTC into what it shows in the session's zone: from there MySQL stores it as a point in time.
const mysqlInstant = "CONVERT_TZ(?,'+00:00',@@session.time_zone)"

// keepsInstants says whether a column has points in time, and not what a clock shows.
func keepsInstants(d database.Dialect, found *database.Column) bool {
	switch d {
	case database.PostgreSQL:
		return found == nil || found.Base != "timestamp"
	case database.MySQL:
		return found != nil && found.Base == "timestamp"
	case database.SQLServer:
		return found == nil || !slices.Contains([]string{"datetime", "datetime2", "smalldatetime"}, found.Base)
	}
	return false
}

// infinity is PostgreSQL's end and beginning of time, or what other databases have that is nearest.
func infinity(d database.Dialect, text string) (datum, bool) {
	end := text == "infinity" || text == "+infinity"
	if !end && text != "-infinity" {
		return datum{}, false
	}
	limits := map[database.Dialect][2]int64{
		database.PostgreSQL: {beginOfTime, endOfTime},
		database.MySQL:      {1, 1<<31 - 1},
		database.SQLServer:  {-62135596800, 253402300799},
	}[d]
	if end {
		return datum{n: limits[1]}, true
	}
	return datum{n: limits[0]}, true
}

// zonedTime binds the texts of times of day with an offset.
func (s *debeziumSettings) zonedTime(d database.Dialect) binding {
	switch d {
	case database.PostgreSQL:
		return binding{kind: kindText, convert: convertText, place: "CAST(? AS time with time zone)"}
	case database.SQLServer:
		return binding{kind: kindText, convert: convertText, place: "CAST(? AS datetimeoffset(7))"}
	}
	zone := s.zone
	return binding{kind: kindTime, convert: func(v any) (datum, error) {
		text, _ := v.(string)
		t, err := time.Parse("15:04:05.999999999Z07:00", text)
		if err != nil {
			return datum{}, &connect.DataError{Reason: "The text is no time of day with a zone"}
		}
		d, err := clockIn(zone)(t.AddDate(1970, 0, 0))
		return d, err
	}}
}

// convertDuration prints microseconds as whole seconds.
func convertDuration(v any) (datum, error) {
	d, err := convertInteger(v)
	return datum{s: strconv.FormatInt(d.n/1_000_000, 10) + " seconds"}, err
}

// structOf is a value that is a struct of two known fields.
func structOf(v any, schema *connect.Schema, first, second string) (a, b any, err error) {
	s, ok := v.(*connect.Struct)
	if !ok {
		return nil, nil, misfit(v, schema.Name())
	}
	if a, err = s.Get(first); err != nil {
		return nil, nil, err
	}
	if schema.Field(second) != nil {
		b, err = s.Get(second)
	}
	return a, b, err
}

// variableScale is a decimal number that brings its own scale.
func variableScale(schema *connect.Schema) convert {
	return func(v any) (datum, error) {
		scale, value, err := structOf(v, schema, "scale", "value")
		if err != nil {
			return datum{}, err
		}
		n, isNumber := scale.(int32)
		b, isBytes := value.([]byte)
		if !isNumber || !isBytes {
			return datum{}, misfit(value, schema.Name())
		}
		return datum{x: connect.DecimalFromBytes(b, int(n))}, nil
	}
}

// bitText prints bits, the first byte first, and as many as the schema says.
func bitText(schema *connect.Schema) convert {
	text, _ := schema.Parameter("length")
	length, _ := strconv.Atoi(text)
	return func(v any) (datum, error) {
		b, ok := v.([]byte)
		if !ok {
			return datum{}, misfit(v, "Bits")
		}
		bits := new(big.Int).SetBytes(b).Text(2)
		if length < 1<<31-1 && len(bits) < length {
			bits = strings.Repeat("0", length-len(bits)) + bits
		}
		return datum{s: bits}, nil
	}
}

// mysqlGeometry is what MySQL stores: the spatial reference, and the geometry in its well-known binary form.
func mysqlGeometry(schema *connect.Schema) convert {
	return func(v any) (datum, error) {
		wkb, srid, err := structOf(v, schema, "wkb", "srid")
		if err != nil {
			return datum{}, err
		}
		b, _ := wkb.([]byte)
		n, _ := srid.(int32)
		return datum{x: append(binary.LittleEndian.AppendUint32(nil, uint32(n)), b...)}, nil
	}
}

// sridFlag says in the type of a geometry's extended binary form that a spatial reference follows.
const sridFlag = 0x20000000

// postgisGeometry is the text of the extended well-known binary form, which has the spatial reference in it.
func postgisGeometry(schema *connect.Schema) convert {
	return func(v any) (datum, error) {
		wkb, srid, err := structOf(v, schema, "wkb", "srid")
		if err != nil {
			return datum{}, err
		}
		b, _ := wkb.([]byte)
		n, has := srid.(int32)
		if !has || n == 0 || len(b) < 5 {
			return datum{s: hex.EncodeToString(b)}, nil
		}
		var order binary.AppendByteOrder = binary.BigEndian
		kind := binary.BigEndian.Uint32(b[1:])
		if b[0] == 1 {
			order, kind = binary.LittleEndian, binary.LittleEndian.Uint32(b[1:])
		}
		if kind&sridFlag != 0 {
			return datum{s: hex.EncodeToString(b)}, nil
		}
		out := order.AppendUint32(order.AppendUint32(b[:1:1], kind|sridFlag), uint32(n))
		return datum{s: hex.EncodeToString(append(out, b[5:]...))}, nil
	}
}

// pointText is PostgreSQL's own point.
func pointText(schema *connect.Schema) convert {
	return func(v any) (datum, error) {
		x, y, err := structOf(v, schema, "x", "y")
		return datum{s: fmt.Sprintf("(%v,%v)", x, y)}, err
	}
}

// arrayBinding hands an array to PostgreSQL as its text, which a cast turns into the array. Its elements may be of any type that is a column's, too.
func (s *debeziumSettings) arrayBinding(d *database.Database, c *column) binding {
	element := c.schema.ValueSchema()
	if d.Dialect() != database.PostgreSQL || element == nil || element.Type() == connect.TypeArray {
		return binding{kind: kindText, convert: unsupported(c)}
	}
	one := column{field: c.field, schema: element}
	kind, err := debeziumTyping{s, d.Dialect()}.columnType(&one)
	if err != nil {
		return binding{kind: kindText, convert: unsupported(c)}
	}
	inner := s.binding(d, &one, nil)
	return binding{kind: kindText, place: "?::" + kind + "[]", convert: convertArray(func(e any) (any, error) {
		v, err := inner.convert(e)
		return argument(d.Dialect(), inner.kind, v), err
	})}
}

// convertVector prints a list of numbers.
func convertVector(v any) (datum, error) {
	list, ok := v.([]any)
	if !ok {
		return datum{}, misfit(v, "a vector")
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprint(e)
	}
	return datum{s: "[" + strings.Join(parts, ",") + "]"}, nil
}

// convertTSVector takes the quotes off the words of a text vector.
func convertTSVector(v any) (datum, error) {
	d, err := convertText(v)
	d.s = strings.ReplaceAll(d.s, "'", "")
	return d, err
}

// mapBinding writes a map as hstore into PostgreSQL and as JSON into others.
func mapBinding(d database.Dialect) binding {
	if d == database.PostgreSQL {
		return binding{kind: kindText, convert: convertHstore, place: "CAST(? AS hstore)"}
	}
	return binding{kind: kindText, convert: func(v any) (datum, error) {
		m, ok := v.(*connect.Map)
		if !ok {
			return datum{}, misfit(v, "MAP")
		}
		plain := map[string]any{}
		for k, e := range m.All() {
			plain[fmt.Sprint(k)] = e
		}
		text, err := json.Marshal(plain)
		return datum{s: string(text)}, err
	}}
}

func convertHstore(v any) (datum, error) {
	m, ok := v.(*connect.Map)
	if !ok {
		return datum{}, misfit(v, "MAP")
	}
	var parts []string
	for k, e := range m.All() {
		key := string(appendElement(nil, fmt.Sprint(k)))
		if e == nil {
			parts = append(parts, key+"=>NULL")
			continue
		}
		parts = append(parts, key+"=>"+string(appendElement(nil, fmt.Sprint(e))))
	}
	return datum{s: strings.Join(parts, ",")}, nil
}
