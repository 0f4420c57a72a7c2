// SPDX-License-Identifier: Apache-2.0

package protobuf

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/golden"
)

// goldenCase is a line of testdata: what Confluent's converter was given, and what it made of it.
type goldenCase struct {
	golden.Registered
	// Message is the name of the one in Text, the first without it. Text "wrappers" stands for that of wrappers.proto.
	Message protoreflect.FullName `json:"message"`
	In      []byte                `json:"in64"`
	Out     []byte                `json:"out64"`
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

// ownTexts are our words where Confluent's name classes of Java, or say nothing.
var ownTexts = map[string]string{
	"DynamicMessage should use EnumValueDescriptor to set Enum Value.": `enum a.R.Color has no symbol "NOPE"`,
	"null": "null among the elements",
	"Wrong object type used with protocol message reflection.\nField number: 1, field java type: MESSAGE, value type: java.util.ArrayList\n": "does not fit the field",
	`Invalid protobuf schema definition: R.mEntry.key: "key" is already defined in "R.mEntry".`:                                              "two maps",
	`Invalid protobuf schema definition: my.odd-name.Rec ord.a-b: "a-b" is not a valid identifier.`:                                          "is not a valid identifier.",
	`Invalid protobuf schema definition: com.x.Out$Env: "Out$Env" is not a valid identifier.`:                                                `"Out$Env" is not a valid identifier.`,
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
			given := c.Typed(t)
			schema, value := given.Schema, given.Value
			text, out, err := encode(schema, value, testOptions(t, c.Options))
			if logicalMessages[schema.Name()] != "" { // registered as a wrapper that does not have the message in Confluent's
				require.ErrorContains(t, err, "has to be a field of a struct")
				return
			}
			if c.CheckError(t, ownTexts, err) {
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
			if c.CheckError(t, ownTexts, err) {
				return
			}
			c.CheckRead(t, got)
		})
	}
}
