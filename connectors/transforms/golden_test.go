// SPDX-License-Identifier: Apache-2.0

package transforms_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/transforms"
	"github.com/longshore-io/connect/converters/notation"
)

const kafkaPrefix = "org.apache.kafka.connect.transforms."

// goldenCase is a transform, a record, and what Kafka Connect made of it; testdata/README.md describes it.
type goldenCase struct {
	Class      string                     `json:"class"`
	Zone       string                     `json:"zone"`
	Definition []map[string]any           `json:"definition"`
	Props      map[string]string          `json:"props"`
	Record     string                     `json:"record"`
	Out        map[string]json.RawMessage `json:"out"`
	Err        *string                    `json:"err"`
	Exception  string                     `json:"exception"`
}

func loadGolden(t testing.TB) map[string][]goldenCase {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	cases := map[string][]goldenCase{}
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		lines := bufio.NewScanner(bytes.NewReader(data))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var c goldenCase
			require.NoError(t, json.Unmarshal(lines.Bytes(), &c), lines.Text())
			class := strings.TrimSuffix(filepath.Base(name), ".jsonl")
			cases[class] = append(cases[class], c)
		}
		require.NoError(t, lines.Err())
	}
	return cases
}

// notedRecord is a record in the notation.
type notedRecord map[string]json.RawMessage

func loadRecords(t testing.TB) map[string]notedRecord {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "records.json"))
	require.NoError(t, err)
	records := map[string]notedRecord{}
	require.NoError(t, json.Unmarshal(data, &records))
	return records
}

func field[T any](t testing.TB, n notedRecord, name string) (v T, set bool) {
	t.Helper()
	raw, set := n[name]
	if set {
		require.NoError(t, json.Unmarshal(raw, &v))
	}
	return v, set
}

func (n notedRecord) record(t testing.TB) *connect.Record {
	t.Helper()
	r := connect.Record{Topic: "orders"}
	if topic, ok := field[string](t, n, "topic"); ok {
		r.Topic = topic
	}
	if partition, ok := field[int32](t, n, "partition"); ok {
		r.Partition = &partition
	}
	if ms, ok := field[int64](t, n, "timestamp"); ok {
		r.Timestamp = time.UnixMilli(ms).UTC()
	}
	headers, _ := field[[][3]json.RawMessage](t, n, "headers")
	for _, h := range headers {
		var key string
		require.NoError(t, json.Unmarshal(h[0], &key))
		header := typed(t, h[1], h[2])
		r.Headers = append(r.Headers, connect.Header{Key: key, Schema: header.Schema, Value: header.Value})
	}
	key, value := typed(t, n["keySchema"], n["key"]), typed(t, n["valueSchema"], n["value"])
	r.KeySchema, r.Key, r.ValueSchema, r.Value = key.Schema, key.Value, value.Schema, value.Value
	if offset, ok := field[int64](t, n, "offset"); ok {
		sink := connect.NewSinkRecord(r, connect.TopicPartition{Topic: r.Topic}, offset)
		r = sink.Record
	}
	return &r
}

func typed(t testing.TB, schema, value json.RawMessage) connect.SchemaAndValue {
	t.Helper()
	s, err := notation.ParseSchema(orNull(schema))
	require.NoError(t, err)
	v, err := notation.ParseValue(s, orNull(value))
	require.NoError(t, err)
	return connect.SchemaAndValue{Schema: s, Value: v}
}

func orNull(raw json.RawMessage) json.RawMessage {
	if raw == nil {
		return json.RawMessage("null")
	}
	return raw
}

// shown are the parts of a record as texts, to be compared and printed.
func shown(r *connect.Record) map[string]string {
	out := map[string]string{"topic": r.Topic, "key": notation.Show(connect.SchemaAndValue{Schema: r.KeySchema, Value: r.Key}),
		"value": notation.Show(connect.SchemaAndValue{Schema: r.ValueSchema, Value: r.Value}), "timestamp": "null", "partition": "null"}
	if r.Partition != nil {
		out["partition"] = fmt.Sprint(*r.Partition)
	}
	if !r.Timestamp.IsZero() {
		out["timestamp"] = fmt.Sprint(r.Timestamp.UnixMilli())
	}
	for _, h := range r.Headers {
		out["headers"] += h.Key + "=" + notation.Show(connect.SchemaAndValue{Schema: h.Schema, Value: h.Value}) + "\n"
	}
	return out
}

// expected is the record with what changed of it.
func expected(t testing.TB, before notedRecord, changes map[string]json.RawMessage) *connect.Record {
	t.Helper()
	after := notedRecord{}
	for name, v := range before {
		after[name] = v
	}
	for name, v := range changes {
		if string(v) == "null" && !strings.HasPrefix(name, "key") && !strings.HasPrefix(name, "value") {
			delete(after, name)
			continue
		}
		after[name] = v
	}
	return after.record(t)
}

func find(t testing.TB, class string) connect.Transformation {
	t.Helper()
	for _, e := range transforms.All() {
		if e.Class == kafkaPrefix+class || e.Class == class {
			return e.New()
		}
	}
	require.Fail(t, "no transform "+class)
	return nil
}

func TestEveryTransformDoesWhatKafkaConnectDoes(t *testing.T) {
	records := loadRecords(t)
	defer func(zone *time.Location) { time.Local = zone }(time.Local)
	for name, cases := range loadGolden(t) {
		t.Run(name, func(t *testing.T) {
			for _, c := range cases {
				c.replay(t, records)
			}
		})
	}
}

func (c *goldenCase) replay(t *testing.T, records map[string]notedRecord) {
	t.Helper()
	transform := find(t, c.Class)
	what := fmt.Sprintf("%s %v of %s", c.Class, c.Props, c.Record)
	if c.Definition != nil {
		c.checkDefinition(t, transform.Config())
		return
	}
	inZone(t, c.Zone)
	err := transform.Configure(c.Props)
	if c.Record == "" {
		c.checkError(t, what, err, connect.BadConfig)
		return
	}
	require.NoError(t, err, what)
	r := records[c.Record].record(t)
	before, key, value := shown(r), r.Key, r.Value
	out, err := transform.Apply(t.Context(), r)
	if c.Err != nil {
		c.checkError(t, what, err, connect.BadRecord)
	} else {
		require.NoError(t, err, what)
		c.checkOut(t, what, records[c.Record], out)
	}
	require.Equal(t, before["key"], notation.Show(connect.SchemaAndValue{Schema: records[c.Record].record(t).KeySchema, Value: key}), "the key that was given: "+what)
	require.Equal(t, before["value"], notation.Show(connect.SchemaAndValue{Schema: records[c.Record].record(t).ValueSchema, Value: value}), "the value that was given: "+what)
	require.NoError(t, transform.Close())
}

func (c *goldenCase) checkOut(t *testing.T, what string, before notedRecord, out *connect.Record) {
	t.Helper()
	if c.Out == nil {
		require.Nil(t, out, what)
		return
	}
	require.NotNil(t, out, what)
	require.Equal(t, shown(expected(t, before, c.Out)), shown(out), what)
}

// checkError compares the text: ours may go on with the cause, which Java has in the trace only.
func (c *goldenCase) checkError(t *testing.T, what string, err error, class connect.Class) {
	t.Helper()
	require.NotNil(t, c.Err, what)
	require.Error(t, err, what)
	if err.Error() != *c.Err {
		require.True(t, strings.HasPrefix(err.Error(), *c.Err+": "), "%s: want %q, got %q", what, *c.Err, err)
	}
	require.Equal(t, class, connect.Classify(err), what)
	if java, ok := err.(interface{ JavaClass() string }); ok {
		require.Equal(t, c.Exception, java.JavaClass(), what)
	}
}

func (c *goldenCase) checkDefinition(t *testing.T, def connect.ConfigDef) {
	t.Helper()
	require.Len(t, def, len(c.Definition), c.Class)
	for i, want := range c.Definition {
		k := &def[i]
		got := map[string]any{"name": k.Name, "type": string(k.Type), "required": k.Required, "importance": string(k.Importance), "group": nil,
			"order": float64(-1), "width": "NONE", "display_name": k.DisplayName, "recommender": k.Recommender != nil, "default": nil, "dependents": []any{}}
		if k.Group != "" {
			got["group"], got["order"] = k.Group, float64(k.OrderInGroup)
		}
		if k.Width != connect.NoWidth {
			got["width"] = string(k.Width)
		}
		if text, ok := connect.FormatConfigValue(k.Default); ok && !k.Required {
			got["default"] = text
		}
		require.Equal(t, want, got, c.Class)
		require.NotEmpty(t, k.Doc, c.Class)
	}
}

// inZone sets the time zone of the process, which the test puts back.
func inZone(t *testing.T, zone string) {
	t.Helper()
	if zone == "" {
		zone = "UTC"
	}
	location, err := time.LoadLocation(zone)
	require.NoError(t, err)
	time.Local = location
}
