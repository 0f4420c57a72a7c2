// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
	"github.com/longshore-io/connect/internal/javadate"
)

const (
	topicFormatKey     = "topic.format"
	timestampFormatKey = "timestamp.format"
)

var timestampRouterConfig = connect.ConfigDef{
	{Name: topicFormatKey, Type: connect.StringType, Default: "${topic}-${timestamp}", Importance: connect.High, DisplayName: topicFormatKey,
		Doc: "The new name of the topic; ${topic} and ${timestamp} in it stand for the old one and the timestamp."},
	{Name: timestampFormatKey, Type: connect.StringType, Default: "yyyyMMdd", Importance: connect.High, DisplayName: timestampFormatKey,
		Doc: "How the timestamp is written, in UTC: a pattern of Java's SimpleDateFormat."},
}

// timestampRouter names topics by the time of the record.
type timestampRouter struct {
	unclosed
	topic string
	// format is nil where the pattern is wrong, for the reason of wrong: Kafka Connect says so with the first record.
	format *javadate.Format
	wrong  error
	// last is that of the record before: most timestamps are written as the one before them.
	last routedByTime
	text []byte
}

// Config defines topic.format and timestamp.format.
func (t *timestampRouter) Config() connect.ConfigDef { return timestampRouterConfig }

// Configure reads both formats.
func (t *timestampRouter) Configure(props map[string]string) error {
	config, err := parse(timestampRouterConfig, props)
	if err != nil {
		return err
	}
	t.topic = config.String(topicFormatKey)
	t.format, t.wrong = javadate.New(config.String(timestampFormatKey), time.UTC, time.Now())
	return nil
}

// Apply changes the topic only.
func (t *timestampRouter) Apply(_ context.Context, r *connect.Record) (*connect.Record, error) {
	switch {
	case r.Timestamp.IsZero():
		return nil, dataErrorf("Timestamp missing on record: %s", recordText(r))
	case t.wrong != nil:
		return nil, &javaError{illegalArgument, t.wrong.Error()}
	}
	t.text = t.format.Append(t.text[:0], r.Timestamp)
	if !t.last.known || string(t.text) != t.last.timestamp || r.Topic != t.last.topic {
		t.last = routedByTime{known: true, topic: r.Topic, timestamp: string(t.text)}
		topic := strings.ReplaceAll(t.topic, "${topic}", r.Topic)
		t.last.routed = strings.ReplaceAll(topic, "${timestamp}", t.last.timestamp)
	}
	r.Topic = t.last.routed
	return r, nil
}

// routedByTime is the name that a topic got by a timestamp.
type routedByTime struct {
	// known is false before the first record.
	known                    bool
	topic, timestamp, routed string
}

// recordText is the part of a record's text that sources and sinks have in common.
func recordText(r *connect.Record) string {
	partition, timestamp := "null", "null"
	if r.Partition != nil {
		partition = fmt.Sprint(*r.Partition)
	}
	if !r.Timestamp.IsZero() {
		timestamp = fmt.Sprint(r.Timestamp.UnixMilli())
	}
	var headers []string
	for _, h := range r.Headers {
		headers = append(headers, fmt.Sprintf("ConnectHeader(key=%s, value=%s, schema=%s)", h.Key, javatext.String(h.Value), h.Schema))
	}
	return fmt.Sprintf("ConnectRecord{topic='%s', kafkaPartition=%s, key=%s, keySchema=%s, value=%s, valueSchema=%s, timestamp=%s, headers=ConnectHeaders(headers=[%s])}",
		r.Topic, partition, javatext.String(r.Key), r.KeySchema, javatext.String(r.Value), r.ValueSchema, timestamp, strings.Join(headers, ", "))
}
