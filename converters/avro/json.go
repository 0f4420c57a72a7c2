// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/longshore-io/connect/internal/javaprint"
)

// JSON values are nil, bool, json.Number, string, []any and *object: as encoding/json reads them, but that objects keep
// their order. What is to be printed may also have int64, float32 and float64.

// object is a JSON object in its order.
type object struct {
	names  []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) put(name string, v any) {
	if _, there := o.values[name]; !there {
		o.names = append(o.names, name)
	}
	o.values[name] = v
}

// maxNesting bounds how deep schemas are nested in each other: far more than anybody needs, far less than a stack holds.
const maxNesting = 1000

var errNesting = errors.New("the schema is nested too deeply")

func parseJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := readJSON(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("there is something behind the schema")
	}
	return v, nil
}

func readJSON(d *json.Decoder, depth int) (any, error) {
	if depth > 3*maxNesting {
		return nil, errNesting
	}
	t, err := d.Token()
	if err != nil {
		return nil, fmt.Errorf("read the schema's JSON: %w", err)
	}
	switch t {
	case json.Delim('['):
		return readList(d, depth)
	case json.Delim('{'):
		return readObject(d, depth)
	}
	return t, nil
}

func readList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := readJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func readObject(d *json.Decoder, depth int) (any, error) {
	o := newObject()
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("read the schema's JSON: %w", err)
		}
		v, err := readJSON(d, depth+1)
		if err != nil {
			return nil, err
		}
		o.put(name.(string), v)
	}
	_, err := d.Token()
	return o, err
}

// appendJSON prints a value as Jackson does, without white space.
func appendJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...)
	case bool:
		return strconv.AppendBool(dst, v)
	case json.Number:
		return append(dst, v...)
	case int64:
		return strconv.AppendInt(dst, v, 10)
	case float32:
		return javaprint.AppendJSONFloat(dst, float64(v), 32)
	case float64:
		return javaprint.AppendJSONFloat(dst, v, 64)
	case string:
		return javaprint.AppendJSONString(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendJSON(dst, e)
		}
		return append(dst, ']')
	case *object:
		dst = append(dst, '{')
		for i, name := range v.names {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(javaprint.AppendJSONString(dst, name), ':')
			dst = appendJSON(dst, v.values[name])
		}
		return append(dst, '}')
	}
	return append(dst, "null"...)
}

// plainText is a JSON value as the toString of the object that Java reads it as.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = plainText(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case *object:
		parts := make([]string, len(v.names))
		for i, name := range v.names {
			parts[i] = name + "=" + plainText(v.values[name])
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return string(appendJSON(nil, v))
}
