// SPDX-License-Identifier: Apache-2.0

package transforms_test

import (
	"fmt"
	"maps"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/transforms"
	"github.com/longshore-io/connect/converters/notation"
)

var names = rapid.SampledFrom([]string{"a", "b", "c", "d.e", "é", "Aa", "BB"})

// leaves are schemas without parts, each with a generator of values.
var leaves = []struct {
	schema *connect.Schema
	value  *rapid.Generator[any]
}{
	{connect.Int8, rapid.Int8().AsAny()}, {connect.Int16, rapid.Int16().AsAny()}, {connect.Int32, rapid.Int32().AsAny()},
	{connect.Int64, rapid.Int64().AsAny()}, {connect.Float32, rapid.Float32().AsAny()}, {connect.Float64, rapid.Float64().AsAny()},
	{connect.Boolean, rapid.Bool().AsAny()}, {connect.String, texts}, {connect.Bytes, rapid.SliceOf(rapid.Byte()).AsAny()},
	{connect.Timestamp, rapid.Custom(func(t *rapid.T) any { return time.UnixMilli(rapid.Int64Range(-1e13, 1e13).Draw(t, "ms")).UTC() })},
	{connect.DecimalOf(2), rapid.Custom(func(t *rapid.T) any { return connect.NewDecimal(big.NewInt(rapid.Int64().Draw(t, "digits")), 2) })},
	{connect.ArrayOf(connect.String), rapid.Custom(func(t *rapid.T) any { return []any{"x", texts.Draw(t, "element")} })},
}

var texts = rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,3})?`)).AsAny()

// drawTyped makes a schema, with nested structs down to a depth, and a value of it.
func drawTyped(t *rapid.T, depth int) (*connect.Schema, any) {
	if depth > 0 && rapid.IntRange(0, 3).Draw(t, "nested") == 0 {
		s := drawStruct(t, depth-1)
		return s.Schema(), s
	}
	leaf := rapid.SampledFrom(leaves).Draw(t, "type")
	return leaf.schema, leaf.value.Draw(t, "value")
}

func drawStruct(t *rapid.T, depth int) *connect.Struct {
	var fields []connect.SchemaField
	var values []any
	for _, name := range rapid.SliceOfNDistinct(names, 1, 5, rapid.ID[string]).Draw(t, "fields") {
		schema, value := drawTyped(t, depth)
		if schema.Type() != connect.TypeStruct && rapid.Bool().Draw(t, "default") {
			schema = schema.WithDefault(value)
		}
		if rapid.Bool().Draw(t, "optional") {
			schema = connect.Optional(schema)
			if s, ok := value.(*connect.Struct); ok {
				value = moved(s, schema)
			}
			if rapid.Bool().Draw(t, "null") {
				value = nil
			}
		}
		fields, values = append(fields, connect.Field(name, schema)), append(values, value)
	}
	s := connect.NewStruct(connect.StructOf("some.Struct", fields...).WithVersion(3).WithParameter("p", "q"))
	for i, v := range values {
		s.SetAt(i, v)
	}
	return s
}

func moved(s *connect.Struct, schema *connect.Schema) *connect.Struct {
	out := connect.NewStruct(schema)
	for i := range schema.Fields() {
		out.SetAt(i, s.At(i))
	}
	return out
}

func drawMap(t *rapid.T, depth int) *connect.Map {
	m := connect.NewMap(0)
	for range rapid.IntRange(0, 5).Draw(t, "entries") {
		var v any = nil
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
		case 1:
			if depth > 0 {
				v = drawMap(t, depth-1)
			}
		default:
			v = rapid.SampledFrom(leaves[:9]).Draw(t, "type").value.Draw(t, "value")
		}
		m.Put(names.Draw(t, "key"), v)
	}
	return m
}

func drawRecord(t *rapid.T) connect.Record {
	part := rapid.Custom(func(t *rapid.T) connect.SchemaAndValue {
		if rapid.Bool().Draw(t, "schemaless") {
			return connect.SchemaAndValue{Value: drawMap(t, 2)}
		}
		s := drawStruct(t, 2)
		return connect.SchemaAndValue{Schema: s.Schema(), Value: s}
	})
	partition := rapid.Int32().Draw(t, "partition")
	key, value := part.Draw(t, "key"), part.Draw(t, "value")
	r := connect.Record{Topic: "t", Partition: &partition, Timestamp: time.UnixMilli(5).UTC(), KeySchema: key.Schema, Key: key.Value,
		ValueSchema: value.Schema, Value: value.Value, Headers: make(connect.Headers, 1, 4)}
	r.Headers[0] = connect.Header{Key: "h", Schema: connect.String, Value: "v"}
	return connect.NewSinkRecord(r, connect.TopicPartition{Topic: "t"}, 9).Record
}

// drawProps makes a good configuration of a transform of fields.
func drawProps(t *rapid.T, class string) map[string]string {
	name, other := names.Draw(t, "name"), names.Draw(t, "other")
	props := map[string]map[string]string{
		"Cast":              {"spec": name + ":" + rapid.SampledFrom([]string{"int8", "int64", "float32", "boolean", "string"}).Draw(t, "target")},
		"ExtractField":      {"field": name},
		"Flatten":           {"delimiter": "_"},
		"HeaderFrom":        {"fields": name, "headers": "x", "operation": rapid.SampledFrom([]string{"move", "copy"}).Draw(t, "operation")},
		"HoistField":        {"field": name},
		"InsertField":       {"topic.field": "new-" + name, "offset.field": "o", "timestamp.field": "w", "partition.field": "p!"},
		"MaskField":         {"fields": name},
		"ReplaceField":      {"exclude": name, "renames": other + ":other"},
		"SetSchemaMetadata": {"schema.name": "other.Name"},
		"ValueToKey":        {"fields": name},
	}[class]
	out := maps.Clone(props)
	out["replace.null.with.default"] = fmt.Sprint(rapid.Bool().Draw(t, "replace null"))
	return out
}

func TestATransformOfFieldsChangesItsPartOnlyAndNothingThatIsShared(t *testing.T) {
	classes := []string{"Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField", "SetSchemaMetadata"}
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom(classes).Draw(t, "class")
		side := rapid.SampledFrom([]string{"$Key", "$Value"}).Draw(t, "side")
		transform := class + side
		r := drawRecord(t)
		given, before := r, shown(&r)
		spare := r.Headers[:cap(r.Headers)]
		out, err := applied(t, transform, drawProps(t, class), &r)
		require.Equal(t, before, shown(&given), "what was given")
		require.Empty(t, spare[1].Key, "the room behind the headers")
		if err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
			return
		}
		changed, kept := "key", "value"
		if side == "$Value" {
			changed, kept = kept, changed
		}
		after := shown(out)
		require.Equal(t, before[kept], after[kept])
		delete(before, changed)
		delete(after, changed)
		require.Contains(t, after["headers"], before["headers"])
		if class == "HeaderFrom" {
			delete(before, "headers")
			delete(after, "headers")
		}
		require.Equal(t, before, after)
	})
}

func TestWhatATransformOfFieldsMakesFitsItsSchema(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom([]string{"Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField", "SetSchemaMetadata"}).Draw(t, "class")
		r := drawRecord(t)
		out, err := applied(t, class+"$Value", drawProps(t, class), &r)
		if err != nil || out.ValueSchema == nil {
			return
		}
		if s, ok := out.Value.(*connect.Struct); ok {
			require.True(t, s.Schema().Equal(out.ValueSchema))
			require.NoError(t, s.Validate(), notation.Show(connect.SchemaAndValue{Schema: out.ValueSchema, Value: out.Value}))
			return
		}
		require.NoError(t, out.ValueSchema.Validate(out.Value))
	})
}

func TestValueToKeyLeavesTheValueAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		before := shown(&r)
		out, err := applied(t, "ValueToKey", drawProps(t, "ValueToKey"), &r)
		if err != nil {
			require.Equal(t, connect.BadRecord, connect.Classify(err), err)
			return
		}
		after := shown(out)
		delete(before, "key")
		delete(after, "key")
		require.Equal(t, before, after)
	})
}

func TestAnInstanceGivesTheSameSchemaToRecordsOfTheSameSchema(t *testing.T) {
	for _, class := range []string{"Cast", "Flatten", "InsertField", "ReplaceField", "SetSchemaMetadata", "HoistField"} {
		rapid.Check(t, func(t *rapid.T) {
			s := drawStruct(t, 1)
			transform := configured(t, class+"$Value", drawProps(t, class))
			first, err := transform.Apply(t.Context(), consumed(s))
			if err != nil {
				return
			}
			// An equal schema that is another object, as converters without a cache make them.
			twin := s.Schema().WithOptional(s.Schema().IsOptional())
			second, err := transform.Apply(t.Context(), consumed(moved(s, twin)))
			if err == nil {
				require.Same(t, first.ValueSchema, second.ValueSchema, class)
			}
		})
	}
}

func consumed(s *connect.Struct) *connect.Record {
	r := connect.NewSinkRecord(connect.Record{Topic: "t", ValueSchema: s.Schema(), Value: s}, connect.TopicPartition{Topic: "t"}, 9).Record
	return &r
}

func configured(t require.TestingT, class string, props map[string]string) connect.Transformation {
	for _, e := range transforms.All() {
		if e.Class == kafkaPrefix+class {
			transform := e.New()
			require.NoError(t, transform.Configure(props))
			return transform
		}
	}
	require.Fail(t, "no transform "+class)
	return nil
}

func applied(t *rapid.T, class string, props map[string]string, r *connect.Record) (*connect.Record, error) {
	return configured(t, class, props).Apply(t.Context(), r)
}
