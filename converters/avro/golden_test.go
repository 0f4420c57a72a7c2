// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
	"github.com/longshore-io/connect/converters/notation"
)

// goldenCase is one thing that Confluent's AvroData and Avro's codec were made to do, with what came of it.
type goldenCase struct {
	Name    string            `json:"name"`
	Options map[string]string `json:"options"`
	// Avro and In64 are a schema and a message to read, Version that of the registry.
	Avro    string `json:"avro"`
	In64    []byte `json:"in64"`
	Version int    `json:"version"`
	// OutAvro and Out64 are the schema and the message that were written.
	OutAvro string `json:"outAvro"`
	Out64   []byte `json:"out64"`
	OutNull bool   `json:"outNull"`

	Err *string `json:"err"`
	golden.Data
}

func goldenCases(t testing.TB) []goldenCase {
	t.Helper()
	return golden.Lines[goldenCase](t, filepath.Join("testdata", "golden.jsonl"))
}

func optionsOf(t testing.TB, props map[string]string) *options {
	t.Helper()
	values, errs := connect.ConfigDef(ownKeys).Parse(props)
	require.Empty(t, errs)
	o := readOptions(values)
	return &o
}

// ours are the cases that this converter carries out where Confluent's fails; doc.go says why.
var ours = map[string]bool{
	"write fixed decimal": true, "read anything inside": true, "read union string, generalized": true, "read union of records, generalized": true,
	"read union of records same short name, generalized": true, "read union of containers, generalized": true, "read named map entries": true,
	"read named map entries, enhanced": true, "read named map entries, no meta data": true, "read named map entries, generalized": true,
	"read named map entries, discard": true, "read named map entries, enhanced no meta": true,
}

// elsewhere are the cases whose outcome is another one on purpose; doc.go says why.
var elsewhere = map[string]bool{"write two maps of different entries": true, "read union of fixed, generalized": true}

func TestWritesWhatConfluentWrites(t *testing.T) {
	for _, c := range goldenCases(t) {
		if c.Avro != "" || elsewhere[c.Name] {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			given := c.Typed(t)
			o := optionsOf(t, c.Options)
			text, out, err := writeGolden(o, given.Schema, given.Value)
			if c.Err != nil && !ours[c.Name] {
				require.Error(t, err)
				require.Equal(t, connect.BadRecord, connect.Classify(err))
				t.Logf("%v, Java: %s", err, *c.Err)
				return
			}
			require.NoError(t, err)
			if ours[c.Name] {
				return
			}
			require.Equal(t, c.OutAvro, text)
			require.Equal(t, c.OutNull, out == nil)
			require.Equal(t, hex.EncodeToString(c.Out64), hex.EncodeToString(out))
		})
	}
}

func writeGolden(o *options, schema *connect.Schema, value any) (text string, out []byte, err error) {
	n, err := o.fromSchema(schema)
	if err != nil {
		return "", nil, err
	}
	w := o.writer(schema, n)
	if w.isTombstone(value) {
		return n.text(), nil, nil
	}
	out, err = w.top([]byte{}, value)
	return n.text(), out, err
}

func TestReadsWhatConfluentReads(t *testing.T) {
	for _, c := range goldenCases(t) {
		if c.Avro == "" || elsewhere[c.Name] {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			got, err := readGolden(t, &c)
			if c.Err != nil && !ours[c.Name] {
				require.Error(t, err)
				t.Logf("%v, Java: %s", err, *c.Err)
				return
			}
			require.NoError(t, err)
			if ours[c.Name] {
				return
			}
			want, err := json.Marshal(map[string]any{"schema": c.Schema, "value": c.Value})
			require.NoError(t, err)
			require.JSONEq(t, strings.ReplaceAll(string(want), `,"fields":[]`, ""), notation.Show(got))
		})
	}
}

func readGolden(t *testing.T, c *goldenCase) (connect.SchemaAndValue, error) {
	n, err := (&parser{}).parse(c.Avro)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	unions := 0
	r, err := optionsOf(t, c.Options).reading(n, c.Version, &unions)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	v, err := r.value(c.In64)
	if err != nil || v == nil {
		return connect.SchemaAndValue{}, err
	}
	return connect.SchemaAndValue{Schema: r.schema, Value: v}, nil
}
