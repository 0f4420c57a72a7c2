// SPDX-License-Identifier: Apache-2.0

package golden

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// Case is one thing that a converter of Kafka Connect was made to do, with what came of it.
type Case struct {
	// Name is unique in its file.
	Name      string            `json:"name"`
	Converter string            `json:"converter"`
	Options   map[string]string `json:"options"`
	Zone      string            `json:"zone"`
	// Keys went into a HashMap, which gave them out in Order.
	Keys  []string `json:"keys"`
	Order []string `json:"order"`
	// In, In64 or InNull are the bytes to read.
	In     *string `json:"in"`
	In64   []byte  `json:"in64"`
	InNull bool    `json:"inNull"`
	// Out, Out64 or OutNull are the bytes that were written.
	Out     *string `json:"out"`
	Out64   []byte  `json:"out64"`
	OutNull bool    `json:"outNull"`
	// Err is the message of Java's exception.
	Err *string `json:"err"`

	Data
}

// Data is a schema and a value, in the notation of package notation.
type Data struct {
	Schema json.RawMessage `json:"schema"`
	Value  json.RawMessage `json:"value"`
}

// Load reads the cases of a file in testdata/golden, seen from a package one folder below converters.
func Load(t testing.TB, name string) []Case {
	t.Helper()
	return Lines[Case](t, filepath.Join("..", "testdata", "golden", name+".jsonl"))
}

// Reads says whether the case reads bytes, or writes a value.
func (c *Case) Reads() bool { return c.In != nil || c.In64 != nil || c.InNull }

// Input returns the bytes to read, nil for null.
func (c *Case) Input() []byte {
	if c.In != nil {
		return []byte(*c.In)
	}
	return c.In64
}

// Typed returns the schema and value of a case: what is written, or what was read.
func (d *Data) Typed(t testing.TB) connect.SchemaAndValue {
	t.Helper()
	if d.Schema == nil {
		d.Schema = json.RawMessage("null")
	}
	s, err := notation.ParseSchema(d.Schema)
	require.NoError(t, err)
	if d.Value == nil {
		return connect.SchemaAndValue{Schema: s}
	}
	v, err := notation.ParseValue(s, d.Value)
	require.NoError(t, err)
	return connect.SchemaAndValue{Schema: s, Value: v}
}

// CheckWritten compares what was written.
func (c *Case) CheckWritten(t testing.TB, data []byte, err error) {
	t.Helper()
	if c.checkError(t, err) {
		return
	}
	switch {
	case c.OutNull:
		require.Nil(t, data)
	case c.Out != nil:
		require.Equal(t, *c.Out, string(data))
	default:
		require.True(t, bytes.Equal(c.Out64, data), "want %x, got %x", c.Out64, data)
	}
	require.Equal(t, c.OutNull, data == nil)
}

// CheckRead compares what was read, order of maps included.
func (c *Case) CheckRead(t testing.TB, got connect.SchemaAndValue, err error) {
	t.Helper()
	if c.checkError(t, err) {
		return
	}
	require.Equal(t, notation.Show(c.Typed(t)), notation.Show(got))
}

// checkError compares the text of an error. A Java message that ends with a colon stands for the beginning: the cause
// follows it in the stack trace, where our errors have it in the text.
func (c *Case) checkError(t testing.TB, err error) bool {
	t.Helper()
	if c.Err == nil {
		require.NoError(t, err)
		return false
	}
	require.Error(t, err)
	require.Equal(t, connect.BadRecord, connect.Classify(err))
	if withCause := strings.HasSuffix(*c.Err, ": ") || strings.HasPrefix(err.Error(), *c.Err+": "); withCause {
		require.True(t, strings.HasPrefix(err.Error(), *c.Err), "want %q…, got %q", *c.Err, err)
	} else {
		require.Equal(t, *c.Err, err.Error())
	}
	return true
}
