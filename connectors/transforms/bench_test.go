// SPDX-License-Identifier: Apache-2.0

package transforms_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// ordinary are configurations for the records of ordinaryStruct and ordinaryMap.
var ordinary = []struct {
	class string
	props map[string]string
}{
	{"Cast$Value", map[string]string{"spec": "id:int32,price:string"}},
	{"ExtractField$Value", map[string]string{"field": "name"}},
	{"Flatten$Value", map[string]string{}},
	{"HeaderFrom$Value", map[string]string{"fields": "name", "headers": "name", "operation": "move"}},
	{"HoistField$Value", map[string]string{"field": "payload"}},
	{"InsertField$Value", map[string]string{"topic.field": "topic", "timestamp.field": "at"}},
	{"MaskField$Value", map[string]string{"fields": "name"}},
	{"ReplaceField$Value", map[string]string{"exclude": "price", "renames": "id:key"}},
	{"SetSchemaMetadata$Value", map[string]string{"schema.name": "com.acme.Order"}},
	{"ValueToKey", map[string]string{"fields": "id"}},
}

func ordinaryStruct() connect.Record {
	inner := connect.StructOf("Address", connect.Field("city", connect.String), connect.Field("zip", connect.OptionalString))
	schema := connect.StructOf("Order", connect.Field("id", connect.Int64), connect.Field("name", connect.String),
		connect.Field("price", connect.Float64), connect.Field("paid", connect.OptionalBoolean), connect.Field("address", inner))
	value := connect.NewStruct(schema).With("id", int64(17000)).With("name", "Ann").With("price", 9.99).
		With("address", connect.NewStruct(inner).With("city", "Oslo"))
	return connect.Record{Topic: "orders", ValueSchema: schema, Value: value}
}

func ordinaryMap() connect.Record {
	value := connect.NewMap(5).Put("id", int64(17000)).Put("name", "Ann").Put("price", 9.99).Put("paid", nil).
		Put("address", connect.NewMap(2).Put("city", "Oslo").Put("zip", nil))
	return connect.Record{Topic: "orders", Value: value}
}

func BenchmarkApply(b *testing.B) {
	for _, o := range ordinary {
		for form, make := range map[string]func() connect.Record{"struct": ordinaryStruct, "map": ordinaryMap} {
			if o.class == "SetSchemaMetadata$Value" && form == "map" {
				continue
			}
			b.Run(fmt.Sprintf("%s/%s", o.class, form), func(b *testing.B) {
				transform := configured(b, o.class, o.props)
				r := make()
				b.ReportAllocs()
				for b.Loop() {
					again := r
					if _, err := transform.Apply(b.Context(), &again); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// A struct of a known schema costs itself: two objects, what is put in boxes, and the record's headers.
func TestATransformOfAKnownSchemaAllocatesLittle(t *testing.T) {
	for _, o := range ordinary {
		transform := configured(t, o.class, o.props)
		r := ordinaryStruct()
		allocations := testing.AllocsPerRun(100, func() {
			again := r
			_, err := transform.Apply(t.Context(), &again)
			require.NoError(t, err)
		})
		require.LessOrEqual(t, allocations, 8.0, o.class)
	}
}
