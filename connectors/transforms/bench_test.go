// SPDX-License-Identifier: Apache-2.0

package transforms_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// ordinary are configurations for the records of ordinaryStruct and ordinaryMap.
var ordinary = []struct {
	class string
	props map[string]string
}{
	{"Cast$Value", map[string]string{"spec": "id:int32,price:string"}},
	{"DropHeaders", map[string]string{"headers": "trace"}},
	{"ExtractField$Value", map[string]string{"field": "name"}},
	{"Filter", map[string]string{}},
	{"Flatten$Value", map[string]string{}},
	{"HeaderFrom$Value", map[string]string{"fields": "name", "headers": "name", "operation": "move"}},
	{"HoistField$Value", map[string]string{"field": "payload"}},
	{"InsertField$Value", map[string]string{"topic.field": "topic", "timestamp.field": "at"}},
	{"InsertHeader", map[string]string{"header": "origin", "value.literal": "shop"}},
	{"MaskField$Value", map[string]string{"fields": "name"}},
	{"RegexRouter", map[string]string{"regex": "(.*)ders", "replacement": "$1igins"}},
	{"ReplaceField$Value", map[string]string{"exclude": "price", "renames": "id:key"}},
	{"SetSchemaMetadata$Value", map[string]string{"schema.name": "com.acme.Order"}},
	{"TimestampConverter$Value", map[string]string{"field": "created", "target.type": "string", "format": "yyyy-MM-dd'T'HH:mm:ss.SSS"}},
	{"TimestampConverter$Value", map[string]string{"field": "created", "target.type": "unix"}},
	{"TimestampRouter", map[string]string{}},
	{"ValueToKey", map[string]string{"fields": "id"}},
}

func ordinaryStruct() connect.Record {
	inner := connect.StructOf("Address", connect.Field("city", connect.String), connect.Field("zip", connect.OptionalString))
	schema := connect.StructOf("Order", connect.Field("id", connect.Int64), connect.Field("name", connect.String),
		connect.Field("price", connect.Float64), connect.Field("paid", connect.OptionalBoolean), connect.Field("created", connect.Timestamp),
		connect.Field("address", inner))
	value := connect.NewStruct(schema).With("id", int64(17000)).With("name", "Ann").With("price", 9.99).With("created", time.UnixMilli(1790000000123).UTC()).
		With("address", connect.NewStruct(inner).With("city", "Oslo"))
	return connect.Record{Topic: "orders", ValueSchema: schema, Value: value, Timestamp: time.UnixMilli(1790000000456).UTC()}
}

func ordinaryMap() connect.Record {
	value := connect.NewMap(6).Put("id", int64(17000)).Put("name", "Ann").Put("price", 9.99).Put("paid", nil).
		Put("created", int64(1790000000123)).Put("address", connect.NewMap(2).Put("city", "Oslo").Put("zip", nil))
	return connect.Record{Topic: "orders", Value: value, Timestamp: time.UnixMilli(1790000000456).UTC()}
}

func BenchmarkApply(b *testing.B) {
	for _, o := range ordinary {
		for form, make := range map[string]func() connect.Record{"struct": ordinaryStruct, "map": ordinaryMap} {
			if o.class == "SetSchemaMetadata$Value" && form == "map" {
				continue
			}
			name := o.class
			if target := o.props["target.type"]; target != "" {
				name += " to " + target
			}
			b.Run(fmt.Sprintf("%s/%s", name, form), func(b *testing.B) {
				transform := configured(b, o.class, o.props)
				r, again := make(), new(connect.Record)
				b.ReportAllocs()
				for b.Loop() {
					*again = r
					if _, err := transform.Apply(b.Context(), again); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// A struct of a known schema costs itself, which is one object, what is put in boxes, and the record's headers; the record of
// the test is one more.
func TestATransformOfAKnownSchemaAllocatesLittle(t *testing.T) {
	for _, o := range ordinary {
		transform := configured(t, o.class, o.props)
		r := ordinaryStruct()
		allocations := testing.AllocsPerRun(100, func() {
			again := r
			_, err := transform.Apply(t.Context(), &again)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, allocations, 6.0, o.class)
	}
}
