// SPDX-License-Identifier: Apache-2.0

package json

import (
	"context"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/longshore-io/connect"
)

// typical are records as connectors make them.
var typical = []struct {
	name string
	make func() (*connect.Schema, any)
}{
	{"ten fields", order},
	{"eight fields with text", customer},
	{"nested lists and maps", basket},
	{"a kilobyte of text", article},
	{"a kilobyte of text with escapes", escapedArticle},
	{"a map without schema", event},
}

// order is a record of ten fields, as a table of a shop has.
func order() (*connect.Schema, any) {
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

// customer is a record of which a text is the larger part.
func customer() (*connect.Schema, any) {
	schema := connect.StructOf("shop.customers", connect.Field("id", connect.Int64), connect.Field("shop", connect.Int32), connect.Field("name", connect.String),
		connect.Field("active", connect.Boolean), connect.Field("balance", connect.Float64), connect.Field("created", connect.Timestamp),
		connect.Field("comment", connect.OptionalString), connect.Field("text", connect.String)).WithVersion(1)
	return schema, connect.NewStruct(schema).With("id", int64(123456)).With("shop", int32(7)).With("name", "somebody").With("active", true).
		With("balance", 1234.56).With("created", time.UnixMilli(1790000000123).UTC()).With("comment", "0-123456").With("text", strings.Repeat("qwertyuiop", 17))
}

func basket() (*connect.Schema, any) {
	line := connect.StructOf("Line", connect.Field("sku", connect.String), connect.Field("count", connect.Int32), connect.Field("price", connect.Float64))
	schema := connect.StructOf("Basket", connect.Field("id", connect.Int64), connect.Field("lines", connect.ArrayOf(line)),
		connect.Field("tags", connect.ArrayOf(connect.String)), connect.Field("labels", connect.MapOf(connect.String, connect.String)))
	var lines []any
	for i, sku := range []string{"A-100", "B-200", "C-300"} {
		lines = append(lines, connect.NewStruct(line).With("sku", sku).With("count", int32(i+1)).With("price", 9.95))
	}
	labels := connect.NewMap(3).Put("color", "red").Put("size", "XL").Put("origin", "NO")
	return schema, connect.NewStruct(schema).With("id", int64(77001)).With("lines", lines).
		With("tags", []any{"new", "sale"}).With("labels", labels)
}

func article() (*connect.Schema, any) {
	return articleOf(strings.Repeat("A plain sentence of an article, without anything to escape. ", 17))
}

func escapedArticle() (*connect.Schema, any) {
	return articleOf(strings.Repeat("\"Zwölf Boxkämpfer\" jagen\nViktor\tquer über den großen Sylter Deich. ", 14))
}

func articleOf(text string) (*connect.Schema, any) {
	schema := connect.StructOf("Article", connect.Field("id", connect.Int64), connect.Field("text", connect.String))
	return schema, connect.NewStruct(schema).With("id", int64(5)).With("text", text)
}

func event() (*connect.Schema, any) {
	device := connect.NewMap(3).Put("id", "sensor-17").Put("model", "T1000").Put("firmware", "2.3.1")
	return nil, connect.NewMap(8).Put("time", int64(1790000000123)).Put("type", "measurement").Put("temperature", 21.5).Put("humidity", 0.45).
		Put("ok", true).Put("error", nil).Put("device", device).Put("tags", []any{"roof", "north"})
}

var modes = map[string]map[string]string{"schema in the message": nil, "payload only": {"schemas.enable": "false"}}

func BenchmarkWrite(b *testing.B) {
	for _, record := range typical {
		schema, value := record.make()
		for mode, options := range modes {
			b.Run(record.name+"/"+mode, func(b *testing.B) {
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
}

func BenchmarkRead(b *testing.B) {
	for _, record := range typical {
		schema, value := record.make()
		for mode, options := range modes {
			b.Run(record.name+"/"+mode, func(b *testing.B) {
				conv := newConverter(b, options)
				data := written(b, conv, schema, value)
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
}

// A topic of several tables has several schemas, in turn.
func BenchmarkReadOfSeveralSchemas(b *testing.B) {
	conv := newConverter(b, nil)
	var messages [][]byte
	for _, record := range typical[:3] {
		schema, value := record.make()
		messages = append(messages, written(b, conv, schema, value))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := conv.ToConnectData(context.Background(), "t", nil, messages[i%len(messages)]); err != nil {
			b.Fatal(err)
		}
	}
}

func written(b testing.TB, conv *Converter, schema *connect.Schema, value any) []byte {
	data, err := conv.FromConnectData(context.Background(), "t", nil, schema, value)
	if err != nil {
		b.Fatal(err)
	}
	return data
}
