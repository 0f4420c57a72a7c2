// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
)

// goldenCase is a line of testdata: what Confluent's converter was given, and what it made of it.
type goldenCase struct {
	golden.Registered
	// In is the JSON to read.
	In string `json:"in"`
	// Out is the JSON that was written.
	Out string `json:"out"`
}

func loadGolden(t testing.TB, name string) []goldenCase {
	t.Helper()
	return golden.Lines[goldenCase](t, filepath.Join("testdata", name))
}

func testOptions(t testing.TB, props map[string]string) *options {
	t.Helper()
	values, errs := connect.ConfigDef(ownKeys).Parse(props)
	require.Empty(t, errs)
	opts := readOptions(values)
	return &opts
}

// ownTexts are our words where Confluent's name classes of Java.
var ownTexts = map[string]string{
	"Invalid Java object for schema with type BYTES: class java.math.BigDecimal for field: \"f\"":                                       "Invalid bytes field",
	"Invalid Java object for schema with type BYTES: class java.math.BigDecimal for field: \"io.confluent.connect.json.OneOf.field.0\"": "Invalid bytes field",
	"a number for bytes": "Invalid bytes field",
	"Unsupported schema type org.everit.json.schema.NullSchema": "says nothing in some place",
}

func TestWritesSchemasAndValuesAsConfluentsConverter(t *testing.T) {
	for _, c := range loadGolden(t, "write.jsonl") {
		t.Run(c.Name, func(t *testing.T) {
			given := c.Typed(t)
			schema, value := given.Schema, given.Value
			opts := testOptions(t, c.Options)
			if schema != nil {
				text, err := textOf(schema, opts)
				if c.Text == "" && c.CheckError(t, ownTexts, err) {
					return
				}
				require.NoError(t, err)
				require.Equal(t, c.Text, text)
			}
			w := writer{opts: opts}
			written, err := w.value(schema, value)
			if !c.CheckError(t, ownTexts, err) {
				require.Equal(t, c.OutNull, !written)
				require.Equal(t, c.Out, string(w.out))
			}
		})
	}
}

func TestReadsSchemasAndValuesAsConfluentsConverter(t *testing.T) {
	for _, c := range loadGolden(t, "read.jsonl") {
		t.Run(c.Name, func(t *testing.T) {
			opts := testOptions(t, c.Options)
			got, err := readAll(c.Text, c.Version, c.In, opts)
			if c.CheckError(t, ownTexts, err) {
				return
			}
			c.CheckRead(t, got)
		})
	}
}

func readAll(text string, version int, in string, opts *options) (connect.SchemaAndValue, error) {
	docs, err := readDocuments(text, nil)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	schema, err := schemaOf(docs, version, opts)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	n, err := parse([]byte(in))
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	v, err := (&reader{opts: opts}).value(schema, n)
	return connect.SchemaAndValue{Schema: schema, Value: v}, err
}
