// SPDX-License-Identifier: Apache-2.0

package stage

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// describeSource is SourceRecord.toString of Java, but for byte arrays, of which Java prints an address, and for the bound on what a value adds.
func describeSource(r *connect.SourceRecord) string {
	partition, offset := "null", "null"
	if r.SourcePartition != nil {
		partition = describeFields(r.SourcePartition.Fields())
	}
	if r.SourceOffset != nil {
		offset = describeFields(r.SourceOffset.Fields())
	}
	return fmt.Sprintf("SourceRecord{sourcePartition=%s, sourceOffset=%s} ConnectRecord{topic='%s', kafkaPartition=%s, key=%s, keySchema=%s, "+
		"value=%s, valueSchema=%s, timestamp=%s, headers=%s}", partition, offset, r.Topic, describePartition(r.Partition),
		describeValue(r.Key), describeSchema(r.KeySchema), describeValue(r.Value), describeSchema(r.ValueSchema), describeTime(r), describeHeaders(r.Headers))
}

func describeFields(fields map[string]any) string {
	if fields == nil {
		return "null"
	}
	parts := make([]string, 0, len(fields))
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, name+"="+describeValue(fields[name]))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func describePartition(p *int32) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

func describeTime(r *connect.SourceRecord) string {
	if r.Timestamp.IsZero() {
		return "null"
	}
	return fmt.Sprint(r.Timestamp.UnixMilli())
}

func describeSchema(s *connect.Schema) string {
	switch {
	case s == nil:
		return "null"
	case s.Name() != "":
		return "Schema{" + s.Name() + ":" + s.Type().String() + "}"
	}
	return "Schema{" + s.Type().String() + "}"
}

func describeHeaders(headers connect.Headers) string {
	if len(headers) == 0 {
		return "ConnectHeaders(headers=)"
	}
	parts := make([]string, len(headers))
	for i, h := range headers {
		parts[i] = fmt.Sprintf("ConnectHeader(key=%s, value=%s, schema=%s)", h.Key, describeValue(h.Value), describeSchema(h.Schema))
	}
	return "ConnectHeaders(headers=[" + strings.Join(parts, ", ") + "])"
}

// maxDescribed bounds what one value adds to a log line.
const maxDescribed = 1024

func describeValue(v any) string {
	if b, ok := v.([]byte); ok {
		return fmt.Sprintf("%d bytes", len(b))
	}
	text := javatext.String(v)
	if len(text) > maxDescribed {
		text = strings.ToValidUTF8(text[:maxDescribed], "") + "…"
	}
	return text
}
