// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"context"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// flaky is a transform that fails where a value, as text, has what it looks for, and else adds a header that it was there.
type flaky struct {
	matching string
	trouble  *trouble
}

func (*flaky) Config() connect.ConfigDef { return connect.ConfigDef{} }
func (*flaky) Close() error              { return nil }

func (f *flaky) Configure(props map[string]string) (err error) {
	f.matching = props["matching"]
	f.trouble, err = newTrouble(props)
	return err
}

func (f *flaky) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	if strings.Contains(javatext.String(r.Value), f.matching) {
		if err := f.trouble.maybe("flaky: " + f.matching); err != nil {
			return nil, err
		}
	}
	r.Headers = append(r.Headers, connect.Header{Key: "flaky", Schema: connect.String, Value: "passed"})
	return r, nil
}

// flakyConverter is a converter of texts that fails where the text has what it looks for.
type flakyConverter struct {
	matching string
	trouble  *trouble
}

func (*flakyConverter) Config() connect.ConfigDef { return connect.ConfigDef{} }

func (f *flakyConverter) Configure(props map[string]string, _ bool) (err error) {
	f.matching = props["matching"]
	f.trouble, err = newTrouble(props)
	return err
}

func (f *flakyConverter) FromConnectData(_ context.Context, _ string, _ connect.Headers, _ *connect.Schema, value any) ([]byte, error) {
	if value == nil {
		return nil, nil
	}
	text := javatext.String(value)
	return []byte(text), f.check(text)
}

func (f *flakyConverter) ToConnectData(_ context.Context, _ string, _ connect.Headers, data []byte) (connect.SchemaAndValue, error) {
	if data == nil {
		return connect.SchemaAndValue{}, nil
	}
	return connect.SchemaAndValue{Schema: connect.String, Value: string(data)}, f.check(string(data))
}

func (f *flakyConverter) check(text string) error {
	if !strings.Contains(text, f.matching) {
		return nil
	}
	return f.trouble.maybe("flaky converter: " + f.matching)
}

// flakyHeaders does the same with headers.
type flakyHeaders struct{ flakyConverter }

func (f *flakyHeaders) Configure(props map[string]string) error {
	return f.flakyConverter.Configure(props, false)
}

func (f *flakyHeaders) FromConnectHeader(ctx context.Context, topic, _ string, schema *connect.Schema, value any) ([]byte, error) {
	return f.FromConnectData(ctx, topic, nil, schema, value)
}

func (f *flakyHeaders) ToConnectHeader(ctx context.Context, topic, _ string, data []byte) (connect.SchemaAndValue, error) {
	return f.ToConnectData(ctx, topic, nil, data)
}
