// SPDX-License-Identifier: Apache-2.0

package transforms

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func TestARecordWithoutTimestampIsShownToTheUser(t *testing.T) {
	router := &timestampRouter{}
	require.NoError(t, router.Configure(nil))
	partition := int32(3)
	_, err := router.Apply(t.Context(), &connect.Record{Topic: "orders", Partition: &partition, KeySchema: connect.String, Key: "k",
		Headers: connect.Headers{{Key: "h", Schema: connect.String, Value: "v"}}})
	require.EqualError(t, err, "Timestamp missing on record: ConnectRecord{topic='orders', kafkaPartition=3, key=k, keySchema=Schema{STRING}, "+
		"value=null, valueSchema=null, timestamp=null, headers=ConnectHeaders(headers=[ConnectHeader(key=h, value=v, schema=Schema{STRING})])}")
}

func TestARouterRefusesWhatItCouldNotReplaceExactly(t *testing.T) {
	router := &regexRouter{}
	err := router.Configure(map[string]string{"regex": "(a*)*b", "replacement": "$1"})
	require.ErrorContains(t, err, "Invalid value (a*)*b for configuration regex: Invalid regex: replacing by a repetition of what can be empty is not supported")
	assert.Equal(t, connect.BadConfig, connect.Classify(err))
	err = router.Configure(map[string]string{"regex": "(?!x).*", "replacement": "y"})
	require.ErrorContains(t, err, "look-ahead is not supported")
}

func TestAZoneThatATextNamesIsForgottenWithTheText(t *testing.T) {
	converter := &timestampConverter{}
	require.NoError(t, converter.Configure(map[string]string{"target.type": "string", "format": "yyyy-MM-dd HH:mm zzz"}))
	_, text, err := converter.apply(nil, connect.String, "2020-07-02 03:04 PDT")
	require.NoError(t, err)
	assert.Equal(t, "2020-07-02 10:04 UTC", text)
	_, text, err = converter.apply(nil, connect.Timestamp, time.UnixMilli(0))
	require.NoError(t, err)
	assert.Equal(t, "1970-01-01 00:00 UTC", text)
}

// envelope is an event whose source has the fields that are named.
func envelope(t *testing.T, source ...string) *connect.Record {
	t.Helper()
	row := connect.StructOf("r.Value", connect.Field("id", connect.Int32)).WithOptional(true)
	var fields []connect.SchemaField
	for _, name := range source {
		fields = append(fields, connect.Field(name, connect.String))
	}
	origin := connect.StructOf("r.Source", fields...)
	schema := connect.StructOf("r.Envelope", connect.Field("before", row), connect.Field("after", row), connect.Field("source", origin), connect.Field("op", connect.String))
	from := connect.NewStruct(origin)
	for _, name := range source {
		from.With(name, "of "+name)
	}
	value := connect.NewStruct(schema).With("after", connect.NewStruct(row).With("id", int32(1))).With("source", from).With("op", "c")
	return &connect.Record{Topic: "r", ValueSchema: schema, Value: value}
}

func TestAddedFieldsFollowTheEventsSchema(t *testing.T) {
	transform := &extractNewRecordState{}
	require.NoError(t, transform.Configure(map[string]string{"add.fields": "lsn"}))
	for _, c := range []struct {
		source []string
		want   any
	}{{[]string{"lsn"}, "of lsn"}, {[]string{"pos"}, nil}, {[]string{"pos", "lsn"}, "of lsn"}} {
		r, err := transform.Apply(t.Context(), envelope(t, c.source...))
		require.NoError(t, err)
		if c.want == nil {
			assert.Nil(t, r.ValueSchema.Field("__lsn"))
			continue
		}
		got, err := r.Value.(*connect.Struct).Get("__lsn")
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
}

func TestARouterRemembersABoundedNumberOfTopics(t *testing.T) {
	router := &regexRouter{}
	require.NoError(t, router.Configure(map[string]string{"regex": "topic-(.*)5", "replacement": "$1-five"}))
	for round := range 2 {
		for i := range maxTopics + 10 {
			topic := fmt.Sprintf("topic-%d", i)
			want := topic
			if i%10 == 5 {
				want = topic[len("topic-"):len(topic)-1] + "-five"
			}
			r, err := router.Apply(t.Context(), &connect.Record{Topic: topic})
			require.NoError(t, err)
			require.Equal(t, want, r.Topic, "round %d", round)
			require.LessOrEqual(t, len(router.routed), maxTopics)
		}
	}
}

func TestTopicsAreNamedByTheirOwnTime(t *testing.T) {
	router := &timestampRouter{}
	require.NoError(t, router.Configure(nil))
	for _, c := range []struct {
		topic string
		day   int
		want  string
	}{{"a", 0, "a-19700101"}, {"a", 0, "a-19700101"}, {"a", 1, "a-19700102"}, {"b", 1, "b-19700102"}, {"a", 1, "a-19700102"}} {
		r, err := router.Apply(t.Context(), &connect.Record{Topic: c.topic, Timestamp: time.Unix(int64(c.day)*86400+5, 0)})
		require.NoError(t, err)
		assert.Equal(t, c.want, r.Topic)
	}
}

func TestFlatNamesOfMapsAreRememberedByWhereTheyAre(t *testing.T) {
	transform := &flatten{}
	require.NoError(t, transform.Configure(nil))
	for i := range maxJoined + 10 {
		key := fmt.Sprint("k", i)
		inner := connect.NewMap(1).Put("x", connect.NewMap(1).Put(key, int64(i))).Put(key, "y")
		_, got, err := transform.apply(nil, nil, connect.NewMap(2).Put("a", inner).Put("a.x", "own"))
		require.NoError(t, err)
		want := connect.NewMap(3).Put("a.x."+key, int64(i)).Put("a."+key, "y").Put("a.x", "own")
		require.True(t, connect.Equal(want, got))
		require.LessOrEqual(t, len(transform.names), maxJoined)
	}
}
