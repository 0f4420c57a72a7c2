// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRead wants that no schema and no message makes the reader panic, and that what was read can be written again.
func FuzzRead(f *testing.F) {
	for _, c := range goldenCases(f) {
		if c.Avro != "" {
			f.Add(c.Avro, c.In64)
		} else if c.OutAvro != "" {
			f.Add(c.OutAvro, c.Out64)
		}
	}
	f.Add(`{"type":"record","name":"R","fields":[{"name":"r","type":"R"}]}`, []byte{})
	f.Add(`{"type":"record","name":"R","fields":[{"name":"r","type":["null","R"]}]}`, []byte{2, 2, 2, 2, 2, 0})
	f.Add(`{"type":"array","items":{"type":"record","name":"E","fields":[]}}`, []byte{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, schema string, data []byte) {
		n, err := (&parser{}).parse(schema)
		if err != nil {
			return
		}
		o, unions := &options{meta: true, flatten: true}, 0
		r, err := o.reading(n, 1, &unions)
		if err != nil {
			return
		}
		v, err := r.value(data)
		if err != nil || v == nil || r.schema == nil {
			return
		}
		back, err := o.fromSchema(r.schema)
		if err != nil {
			return
		}
		_, _ = o.writer(r.schema, back).top(nil, v)
	})
}

func TestALengthThatTheMessageDoesNotHaveAllocatesNothing(t *testing.T) {
	huge := appendLong(nil, 1<<60)
	for _, schema := range []string{`"string"`, `["null","bytes"]`, `{"type":"array","items":"int"}`, `{"type":"map","values":"long"}`,
		`{"type":"array","items":"null"}`, `{"type":"array","items":{"type":"record","name":"E","fields":[]}}`,
		`{"type":"array","items":{"type":"record","name":"io.confluent.connect.avro.MapEntry","fields":[{"name":"key","type":"int"},{"name":"value","type":"int"}]}}`,
		anythingText} {
		n, err := (&parser{}).parse(schema)
		require.NoError(t, err)
		o, unions := &options{flatten: true}, 0
		if n.items != nil && n.items.kind == kindNull {
			n.items = &node{kind: kindRecord, name: "Empty"}
		}
		r, err := o.reading(n, 0, &unions)
		require.NoError(t, err)
		data := huge
		switch {
		case n.kind == kindUnion:
			data = append([]byte{2}, huge...)
		case r.reader == nil:
			data = append([]byte{0, 2}, huge...)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = r.value(data)
		runtime.ReadMemStats(&after)
		require.Error(t, err, schema)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), schema)
	}
}

func TestAMessageThatIsNestedWithoutEndIsRefused(t *testing.T) {
	n, err := (&parser{}).parse(`{"type":"record","name":"R","fields":[{"name":"r","type":["null","R"]}]}`)
	require.NoError(t, err)
	o, unions := &options{flatten: true}, 0
	r, err := o.reading(n, 0, &unions)
	require.NoError(t, err)
	deep := make([]byte, 1<<22)
	for i := range deep {
		deep[i] = 2
	}
	_, err = r.value(deep)
	require.ErrorIs(t, err, errDepth)
}

func TestASchemaThatIsLongOnlyWrittenOutIsRefused(t *testing.T) {
	text := `{"type":"record","name":"T0","fields":[]}`
	for i := range 60 {
		text = fmt.Sprintf(`{"type":"record","name":"T%d","fields":[{"name":"a","type":%s},{"name":"b","type":"T%d"}]}`, i+1, text, i)
	}
	n, err := (&parser{}).parse(text)
	require.NoError(t, err)
	o, unions := &options{flatten: true}, 0
	_, err = o.reading(n, 0, &unions)
	require.ErrorContains(t, err, "more parts than can be read")
}

func TestASchemaWithoutEndIsWrittenByNameOrRefused(t *testing.T) {
	entry := `{"type":"record","name":"io.confluent.connect.avro.MapEntry","fields":[{"name":"key","type":"%[1]s"},{"name":"value","type":"%[1]s"}]}`
	text := `{"type":"record","name":"%[1]s","fields":[{"name":"m","type":{"type":"array","items":` + entry + `}}]}`
	for name, ends := range map[string]bool{"a.Named": true, defaultName: false} {
		n, err := (&parser{}).parse(fmt.Sprintf(text, name))
		require.NoError(t, err)
		o, unions := &options{flatten: true}, 0
		r, err := o.reading(n, 0, &unions)
		require.NoError(t, err)
		back, err := o.fromSchema(r.schema)
		if !ends {
			require.ErrorContains(t, err, "no end")
			continue
		}
		require.NoError(t, err)
		require.Equal(t, n.text(), back.text())
	}
}
