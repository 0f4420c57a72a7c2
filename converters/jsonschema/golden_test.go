// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// goldenCase is a line of testdata: what Confluent's converter was given, and what it made of it.
type goldenCase struct {
	Name    string            `json:"name"`
	Options map[string]string `json:"options"`
	// Text is the JSON Schema, Version what the registry says of it.
	Text    string `json:"text"`
	Version int    `json:"version"`
	// In is the JSON to read.
	In     string          `json:"in"`
	Schema json.RawMessage `json:"schema"`
	Value  json.RawMessage `json:"value"`
	// Out is the JSON that was written; OutNull says that there was nothing to write.
	Out     string `json:"out"`
	OutNull bool   `json:"outNull"`
	// Err is the message of the error; an empty one stands for an error whose text is not ours.
	Err *string `json:"err"`
}

func loadGolden(t testing.TB, name string) []goldenCase {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	require.NoError(t, err)
	defer f.Close()
	var cases []goldenCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c goldenCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		cases = append(cases, c)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, cases)
	return cases
}

func testOptions(t testing.TB, props map[string]string) *options {
	t.Helper()
	values, errs := connect.ConfigDef(ownKeys).Parse(props)
	require.Empty(t, errs)
	opts := readOptions(values)
	return &opts
}

// checkError says whether the case ends with an error.
func (c *goldenCase) checkError(t testing.TB, err error) bool {
	t.Helper()
	if c.Err == nil {
		require.NoError(t, err)
		return false
	}
	require.Error(t, err)
	if want, ours := ownTexts[*c.Err]; ours {
		require.ErrorContains(t, err, want)
	} else if *c.Err != "" {
		require.ErrorContains(t, err, *c.Err)
	}
	return true
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
			schema, err := notation.ParseSchema(c.Schema)
			require.NoError(t, err)
			value, err := notation.ParseValue(schema, c.Value)
			require.NoError(t, err)
			opts := testOptions(t, c.Options)
			if schema != nil {
				text, err := textOf(schema, opts)
				if c.Text == "" && c.checkError(t, err) {
					return
				}
				require.NoError(t, err)
				require.Equal(t, c.Text, text)
			}
			w := writer{opts: opts}
			written, err := w.value(schema, value)
			if !c.checkError(t, err) {
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
			if c.checkError(t, err) {
				return
			}
			want, err := notation.ParseSchema(c.Schema)
			require.NoError(t, err)
			value, err := notation.ParseValue(want, c.Value)
			require.NoError(t, err)
			require.Equal(t, notation.Show(connect.SchemaAndValue{Schema: want, Value: value}), notation.Show(got))
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
