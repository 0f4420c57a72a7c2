// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/notation"
)

// goldenCase is a line of testdata: what Confluent's converter was given, and what it made of it.
type goldenCase struct {
	Name    string            `json:"name"`
	Options map[string]string `json:"options"`
	// Text is the .proto text; "wrappers" stands for that of wrappers.proto. Message is the one in it, the first without it.
	Text    string                `json:"text"`
	Message protoreflect.FullName `json:"message"`
	Version int                   `json:"version"`
	In      []byte                `json:"in64"`
	Schema  json.RawMessage       `json:"schema"`
	Value   json.RawMessage       `json:"value"`
	Out     []byte                `json:"out64"`
	OutNull bool                  `json:"outNull"`
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

// ownTexts are our words where Confluent's name classes of Java, or say nothing.
var ownTexts = map[string]string{
	"DynamicMessage should use EnumValueDescriptor to set Enum Value.": `enum a.R.Color has no symbol "NOPE"`,
	"null": "null among the elements",
	"Wrong object type used with protocol message reflection.\nField number: 1, field java type: MESSAGE, value type: java.util.ArrayList\n": "does not fit the field",
	`Invalid protobuf schema definition: R.mEntry.key: "key" is already defined in "R.mEntry".`:                                              "two maps",
	`Invalid protobuf schema definition: my.odd-name.Rec ord.a-b: "a-b" is not a valid identifier.`:                                          "is not a valid identifier.",
	`Invalid protobuf schema definition: com.x.Out$Env: "Out$Env" is not a valid identifier.`:                                                `"Out$Env" is not a valid identifier.`,
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

// encode is FromConnectData without the registry.
func encode(schema *connect.Schema, value any, opts *options) (string, []byte, error) {
	text, name, err := textOf(schema, opts)
	if err != nil {
		return "", nil, err
	}
	fd, err := compile(context.Background(), text, nil)
	if err != nil || value == nil {
		return text, nil, err
	}
	if schema.Type() != connect.TypeStruct {
		out, err := opts.appendWrapper([]byte{}, schema, value)
		return text, out, err
	}
	sh, err := (&planner{opts}).shape(schema, fd.Messages().ByName(name))
	if err != nil {
		return text, nil, err
	}
	out, err := opts.appendStruct([]byte{}, sh, value)
	return text, out, err
}

// decode is ToConnectData without the registry.
func decode(text string, message protoreflect.FullName, version int, in []byte, opts *options) (connect.SchemaAndValue, error) {
	fd, err := compile(context.Background(), text, nil)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	md := fd.Messages().Get(0)
	if message != "" {
		md = find(fd.Messages(), message)
	}
	schema, err := schemaOf(md, version, opts)
	if err != nil {
		return connect.SchemaAndValue{}, err
	}
	m := dynamicpb.NewMessage(md)
	if err := (proto.UnmarshalOptions{RecursionLimit: maxNesting, AllowPartial: true}).Unmarshal(in, m); err != nil {
		return connect.SchemaAndValue{}, err
	}
	v, err := opts.root(schema, m)
	return connect.SchemaAndValue{Schema: schema, Value: v}, err
}

func TestWritesSchemasAndValuesAsConfluentsConverter(t *testing.T) {
	for _, c := range loadGolden(t, "write.jsonl") {
		t.Run(c.Name, func(t *testing.T) {
			schema, err := notation.ParseSchema(c.Schema)
			require.NoError(t, err)
			value, err := notation.ParseValue(schema, c.Value)
			require.NoError(t, err)
			text, out, err := encode(schema, value, testOptions(t, c.Options))
			if logicalMessages[schema.Name()] != "" { // registered as a wrapper that does not have the message in Confluent's
				require.ErrorContains(t, err, "has to be a field of a struct")
				return
			}
			if c.checkError(t, err) {
				return
			}
			if c.Text == "wrappers" {
				c.Text = wrappersText()
			}
			require.Equal(t, c.Text, text)
			require.Equal(t, c.OutNull, out == nil)
			require.Equal(t, string(c.Out), string(out), "want %x, got %x", c.Out, out)
		})
	}
}

func TestReadsSchemasAndValuesAsConfluentsConverter(t *testing.T) {
	for _, c := range loadGolden(t, "read.jsonl") {
		t.Run(c.Name, func(t *testing.T) {
			got, err := decode(c.Text, c.Message, c.Version, c.In, testOptions(t, c.Options))
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
