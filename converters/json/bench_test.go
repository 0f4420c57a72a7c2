// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/longshore-io/connect"
)

// order is a record of ten fields, as a table of a shop has.
func order() (*connect.Schema, *connect.Struct) {
	schema := connect.StructOf("shop.orders",
		connect.Field("id", connect.Int64),
		connect.Field("customer", connect.Int32),
		connect.Field("status", connect.String),
		connect.Field("note", connect.OptionalString),
		connect.Field("amount", connect.DecimalOf(2)),
		connect.Field("weight", connect.Float64),
		connect.Field("paid", connect.Boolean),
		connect.Field("created", connect.Timestamp),
		connect.Field("email", connect.String),
		connect.Field("country", connect.OptionalString),
	)
	return schema, connect.NewStruct(schema).
		With("id", int64(1234567890)).With("customer", int32(4711)).With("status", "shipped").
		With("amount", connect.NewDecimal(big.NewInt(123456), 2)).With("weight", 12.5).With("paid", true).
		With("created", time.UnixMilli(1790000000123).UTC()).With("email", "somebody@example.com").With("country", "DE")
}

var modes = map[string]map[string]string{"schema in the message": nil, "payload only": {"schemas.enable": "false"}}

func BenchmarkWrite(b *testing.B) {
	schema, value := order()
	for name, options := range modes {
		b.Run(name, func(b *testing.B) {
			conv := newConverter(b, options)
			b.ReportAllocs()
			for b.Loop() {
				data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(data)))
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	schema, value := order()
	for name, options := range modes {
		b.Run(name, func(b *testing.B) {
			conv := newConverter(b, options)
			data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := conv.ToConnectData(context.Background(), "t", nil, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
