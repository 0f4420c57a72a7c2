// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javadate"
)

const (
	targetTypeKey    = "target.type"
	formatKey        = "format"
	unixPrecisionKey = "unix.precision"

	convertPurpose = "converting timestamp formats"
)

// Representations of a timestamp.
const (
	asString    = "string"
	asUnix      = "unix"
	asDate      = "Date"
	asTime      = "Time"
	asTimestamp = "Timestamp"
)

var timestampConverterConfig = connect.ConfigDef{
	{Name: fieldKey, Type: connect.StringType, Default: "", Importance: connect.High, DisplayName: fieldKey,
		Doc: "The field with the timestamp; empty where the key or value is one itself."},
	{Name: targetTypeKey, Type: connect.StringType, Required: true, Validator: connect.OneOf(asString, asUnix, asDate, asTime, asTimestamp), Importance: connect.High,
		DisplayName: targetTypeKey, Doc: "What the timestamp becomes: string, unix, Date, Time or Timestamp."},
	{Name: formatKey, Type: connect.StringType, Default: "", Importance: connect.Medium, DisplayName: formatKey,
		Doc: "The pattern of Java's SimpleDateFormat, in UTC, by which strings are written and read."},
	{Name: unixPrecisionKey, Type: connect.StringType, Default: "milliseconds", Validator: connect.OneOf("nanoseconds", "microseconds", "milliseconds", "seconds"), Importance: connect.Low,
		DisplayName: unixPrecisionKey, Doc: "What numbers count since 1970. Timestamps have milliseconds; what is finer is lost."},
	replaceNullConfig,
}

// timestampConverter changes how a timestamp is represented.
type timestampConverter struct {
	field, target string
	// pattern is nil without format.
	pattern   *javadate.Format
	precision time.Duration
	nulls     nullReader
	// targets are the schemas of what is made, required and optional.
	targets [2]*connect.Schema
	// key is the field in a box.
	key     any
	schemas schemaCache[*connect.Schema]
	places  schemaCache[timestampPlace]
}

// timestampPlace is where the structs of one schema have the timestamp, and how. The index is -1 where they have none.
type timestampPlace struct {
	index int
	from  string
	// wrong says that the field cannot be a timestamp.
	wrong error
}

var precisions = map[string]time.Duration{"nanoseconds": time.Nanosecond, "microseconds": time.Microsecond, "milliseconds": time.Millisecond, "seconds": time.Second}

// Config defines field, target.type, format and unix.precision.
func (c *timestampConverter) Config() connect.ConfigDef { return timestampConverterConfig }

// Configure reads the keys.
func (c *timestampConverter) Configure(props map[string]string) error {
	config, err := parse(timestampConverterConfig, props)
	if err != nil {
		return err
	}
	c.field, c.target = config.String(fieldKey), config.String(targetTypeKey)
	c.key = c.field
	c.targets = [2]*connect.Schema{targetSchemas[c.target], connect.Optional(targetSchemas[c.target])}
	c.precision = precisions[config.String(unixPrecisionKey)]
	c.nulls = nullReader{config.Bool(replaceNullKey)}
	return c.configureFormat(config.String(formatKey))
}

func (c *timestampConverter) configureFormat(pattern string) error {
	if strings.TrimSpace(pattern) == "" {
		if c.target == asString {
			return configErrorf("TimestampConverter requires format option to be specified when using string timestamps")
		}
		return nil
	}
	format, err := javadate.New(pattern, time.UTC, time.Now())
	if err != nil {
		// Kafka Connect has its sentence in the place of the key, and the cause in that of the value.
		return &connect.ConfigError{Key: "TimestampConverter requires a SimpleDateFormat-compatible pattern for string timestamps: " + pattern, Value: illegalArgument + ": " + err.Error()}
	}
	c.pattern = format
	return nil
}

func (c *timestampConverter) apply(_ *connect.Record, schema *connect.Schema, value any) (*connect.Schema, any, error) {
	switch {
	case schema == nil:
		return c.schemaless(value)
	case c.field == "":
		return c.whole(schema, value)
	}
	s, err := requireStructOrNull(value, convertPurpose)
	if err != nil {
		return nil, nil, err
	}
	updated, err := c.schemas.get(schema, c.derive)
	if s == nil || err != nil {
		return updated, nil, err
	}
	out := connect.NewStruct(updated)
	return updated, out, c.fill(out, s)
}

func (c *timestampConverter) fill(out, s *connect.Struct) error {
	place, err := c.places.get(s.Schema(), c.place)
	if err != nil {
		return err
	}
	fields, targets := s.Schema().Fields(), out.Schema().Fields()
	for i := range fields {
		v := c.nulls.at(s, &fields[i])
		if i == place.index {
			if place.wrong != nil {
				return place.wrong
			}
			if v, err = c.convert(place.from, v); err != nil {
				return err
			}
		}
		if err := carry(out, &targets[i], i, v); err != nil {
			return err
		}
	}
	return nil
}

func (c *timestampConverter) place(schema *connect.Schema) (timestampPlace, error) {
	f := schema.Field(c.field)
	if f == nil {
		return timestampPlace{index: -1}, nil
	}
	from, err := representation(f.Schema)
	return timestampPlace{f.Index, from, err}, nil
}

func (c *timestampConverter) whole(schema *connect.Schema, value any) (*connect.Schema, any, error) {
	from, err := representation(schema) // first: Kafka Connect refuses a wrong one for a null, too
	if err != nil {
		return nil, nil, err
	}
	v, err := c.convert(from, value)
	if err != nil {
		return nil, nil, err
	}
	return c.targetSchema(schema.IsOptional()), v, nil
}

func (c *timestampConverter) derive(schema *connect.Schema) (*connect.Schema, error) {
	fields := make([]connect.SchemaField, 0, len(schema.Fields()))
	for _, f := range schema.Fields() {
		if f.Name == c.field {
			f.Schema = c.targetSchema(f.Schema.IsOptional())
		}
		fields = append(fields, f)
	}
	updated, err := structWithBasics(schema, fields)
	if err != nil {
		return nil, err
	}
	return updated.WithOptional(schema.IsOptional()), nil
}

func (c *timestampConverter) schemaless(value any) (*connect.Schema, any, error) {
	if value == nil || c.field == "" {
		v, err := c.infer(value)
		return nil, v, err
	}
	m, err := requireMap(value, convertPurpose)
	if err != nil {
		return nil, nil, err
	}
	old, _ := m.Get(c.key)
	v, err := c.infer(old)
	if err != nil {
		return nil, nil, err
	}
	return nil, inHashOrder(putEntry(copied(m, 1), c.key, v), copiedTable(m.Len())), nil
}

// infer converts a value without schema.
func (c *timestampConverter) infer(value any) (any, error) {
	switch value.(type) {
	case nil:
		return nil, nil
	case time.Time:
		return c.convert(asTimestamp, value)
	case int64:
		return c.convert(asUnix, value)
	case string:
		return c.convert(asString, value)
	}
	return nil, dataErrorf("TimestampConverter does not support class %s objects as timestamps", className(value))
}
