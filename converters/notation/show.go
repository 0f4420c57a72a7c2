// SPDX-License-Identifier: Apache-2.0

package notation

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// Show prints schema and value in the notation, maps in their order.
func Show(v connect.SchemaAndValue) string {
	text, err := json.Marshal(map[string]any{"schema": note(v.Schema), "value": tagged(v.Value)})
	if err != nil {
		return fmt.Sprintf("cannot be shown: %v", err)
	}
	return string(text)
}

// tag wraps a value in an object with its type.
func tag(name string, v any) any { return map[string]any{name: v} }

func tagged(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case bool:
		return tag("boolean", v)
	case int8:
		return tag("int8", v)
	case int16:
		return tag("int16", v)
	case int32:
		return tag("int32", v)
	case int64:
		return tag("int64", v)
	case float32, float64:
		return tag(fmt.Sprintf("%T", v), javatext.String(v))
	case string:
		return tag("string", v)
	case []byte:
		return tag("bytes", v)
	case connect.Decimal:
		return tag("decimal", v.String())
	case time.Time:
		return tag("time", v.UnixMilli())
	}
	return taggedParts(v)
}

func taggedParts(v any) any {
	parts := []any{}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			parts = append(parts, tagged(e))
		}
		return tag("array", parts)
	case *connect.Map:
		for k, e := range v.All() {
			parts = append(parts, []any{tagged(k), tagged(e)})
		}
		return tag("map", parts)
	case *connect.Struct:
		for i, f := range v.Schema().Fields() {
			if e := v.At(i); e != nil {
				parts = append(parts, []any{f.Name, tagged(e)})
			}
		}
		return tag("struct", parts)
	}
	return fmt.Sprintf("%T", v)
}
