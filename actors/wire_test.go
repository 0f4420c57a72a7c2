// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	connect "github.com/longshore-io/connect"
	clustergateway "github.com/longshore-io/connect/cluster/gateway"
	"github.com/longshore-io/connect/offsets"
)

// wireAnswers are the values that the kinds are answered with.
var wireAnswers = map[string]reflect.Type{
	"create_connector":       reflect.TypeFor[connect.ConnectorInfo](),
	"put_connector_config":   reflect.TypeFor[PutResult](),
	"patch_connector_config": reflect.TypeFor[connect.ConnectorInfo](),
	"restart_connector":      reflect.TypeFor[*connect.ConnectorStatus](),
	"alter_offsets":          reflect.TypeFor[string](),
	"reset_offsets":          reflect.TypeFor[string](),
	"delete_connector":       nil,
	"set_target":             nil,
	"restart_task":           nil,
	"set_cluster_logger":     nil,
	"put_task_configs":       nil, "fence_zombies": nil,
}

var wireDeadline = time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)

// drawn fills a value of any type that messages are made of.
func drawn(t *rapid.T, of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	switch {
	case of == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(wireDeadline))
	case of == reflect.TypeFor[map[string]any]():
		v.Set(reflect.ValueOf(drawnFields().Draw(t, "fields")))
	case of.Kind() == reflect.Struct:
		for i := range of.NumField() {
			field := reflect.NewAt(of.Field(i).Type, v.Field(i).Addr().UnsafePointer()).Elem() // unexported ones too
			field.Set(drawn(t, of.Field(i).Type))
		}
	case of.Kind() == reflect.Pointer:
		if rapid.Bool().Draw(t, "there") {
			v.Set(reflect.New(of.Elem()))
			v.Elem().Set(drawn(t, of.Elem()))
		}
	case of.Kind() == reflect.Slice:
		if n := rapid.IntRange(-1, 3).Draw(t, "length"); n >= 0 {
			v.Set(reflect.MakeSlice(of, n, n))
			for i := range n {
				v.Index(i).Set(drawn(t, of.Elem()))
			}
		}
	case of.Kind() == reflect.Map:
		if n := rapid.IntRange(-1, 3).Draw(t, "size"); n >= 0 {
			v.Set(reflect.MakeMap(of))
			for range n {
				v.SetMapIndex(drawn(t, of.Key()), drawn(t, of.Elem()))
			}
		}
	case of.Kind() == reflect.String:
		v.SetString(rapid.String().Draw(t, "text"))
	case of.Kind() == reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "flag"))
	case of.Kind() == reflect.Int:
		v.SetInt(int64(rapid.Int().Draw(t, "number")))
	default:
		t.Fatalf("how is a %s drawn?", of)
	}
	return v
}

// drawnFields are fields of partitions and offsets in the forms that they have once normalized, nested ones too.
func drawnFields() *rapid.Generator[map[string]any] {
	primitive := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(),
		rapid.SampledFrom([]any{0.0, 1.0, 1e300, -5e-324, math.MaxFloat64, math.Inf(1), math.Inf(-1), int64(math.MaxInt64), int64(math.MinInt64),
			json.Number("123456789012345678901234567890"), json.Number("1.50"), "\u2028<&>\U0001F600"}),
	)
	value := rapid.OneOf(primitive,
		rapid.SliceOfN(primitive, 0, 3).AsAny(),
		rapid.MapOfN(rapid.SampledFrom([]string{"float", "number", "object", "array", "x"}), primitive, 0, 3).AsAny())
	return rapid.OneOf(rapid.Just[map[string]any](nil), rapid.MapOfN(rapid.String(), value, 0, 4))
}

func TestEveryKindOfMessageTravels(t *testing.T) {
	for _, k := range wireTable {
		t.Run(k.name, rapid.MakeCheck(func(t *rapid.T) {
			m := drawn(t, k.message).Interface()
			kind, body, err := encodeMessage(m)
			require.NoError(t, err)
			require.Equal(t, k.name, kind)
			require.NotContains(t, string(body), "2031-", "the deadline travels in the envelope")
			got, err := decodeMessage(kind, body, wireDeadline)
			require.NoError(t, err)
			require.Equal(t, m, got)
		}))
	}
}

func TestEveryAnswerTravels(t *testing.T) {
	require.Len(t, wireAnswers, len(wireTable))
	for _, k := range wireTable {
		answer, known := wireAnswers[k.name]
		require.True(t, known, k.name)
		t.Run(k.name, rapid.MakeCheck(func(t *rapid.T) {
			want := Reply{}
			if answer != nil {
				want.Value = drawn(t, answer).Interface()
			}
			body, err := encodeReply(want)
			require.NoError(t, err)
			if reflect.DeepEqual(want.Value, (*connect.ConnectorStatus)(nil)) {
				want.Value = nil // a plain restart: nothing is nothing
			}
			require.Equal(t, want, decodeReply(k.name, body, nil))
		}))
	}
}

func TestEveryCommandOfAnotherWorkerHasItsKind(t *testing.T) {
	assert.ElementsMatch(t, []any{
		CreateConnector{}, PutConnectorConfig{}, PatchConnectorConfig{}, DeleteConnector{}, SetTarget{}, RestartConnector{}, RestartTask{},
		AlterOffsets{}, ResetOffsets{}, SetClusterLogger{}, putTaskConfigs{}, fenceZombies{},
	}, func() (all []any) {
		for _, k := range wireTable {
			all = append(all, reflect.Zero(k.message).Interface())
		}
		return all
	}())
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(wireKinds()))), len(wireTable), "names are used once")
	assert.Len(t, wireByType, len(wireTable))
}

func TestTheFormOfMessagesIsFixed(t *testing.T) {
	paused, one := connect.TargetPaused, "1"
	for _, c := range []struct {
		message    any
		kind, body string
	}{
		{CreateConnector{connect.CreateRequest{Name: "c", Config: connect.RawConfig{"a": &one, "b": nil}, InitialState: &paused}, wireDeadline},
			"create_connector", `{"name":"c","config":{"a":"1","b":null},"initial_state":"PAUSED"}`},
		{PutConnectorConfig{Name: "c"}, "put_connector_config", `{"name":"c","config":null}`},
		{PatchConnectorConfig{Name: "c", Patch: connect.RawConfig{}}, "patch_connector_config", `{"name":"c","config":{}}`},
		{DeleteConnector{Name: "c"}, "delete_connector", `{"name":"c"}`},
		{SetTarget{Name: "c", Target: paused}, "set_target", `{"name":"c","target":"PAUSED"}`},
		{RestartConnector{RestartRequest: connect.RestartRequest{Connector: "c", IncludeTasks: true}}, "restart_connector", `{"connector":"c","include_tasks":true,"only_failed":false}`},
		{RestartTask{ID: connect.TaskID{Connector: "c", Task: 3}}, "restart_task", `{"connector":"c","task":3}`},
		{AlterOffsets{Name: "c", Offsets: []connect.PartitionOffset{{Partition: map[string]any{"p": "x"}, Offset: map[string]any{"i": int64(1), "f": 1.0, "n": nil, "inf": math.Inf(1)}}, {}}},
			"alter_offsets", `{"name":"c","offsets":[{"partition":{"p":"x"},"offset":{"f":1.0,"i":1,"inf":{"float":"+Inf"},"n":null}},{"partition":null,"offset":null}]}`},
		{ResetOffsets{Name: "c"}, "reset_offsets", `{"name":"c"}`},
		{SetClusterLogger{Name: "l", Level: "debug"}, "set_cluster_logger", `{"name":"l","level":"debug"}`},
		{putTaskConfigs{connector: "c", tasks: []connect.RawConfig{{"a": &one}}, again: true}, "put_task_configs", `{"connector":"c","from":null,"tasks":[{"a":"1"}],"again":true}`},
		{fenceZombies{connector: "c"}, "fence_zombies", `{"name":"c"}`},
	} {
		kind, body, err := encodeMessage(c.message)
		require.NoError(t, err)
		assert.Equal(t, c.kind, kind)
		assert.Equal(t, c.body, string(body))
	}
}

func TestOffsetsOfAnyGoTypeMeanTheSameThere(t *testing.T) {
	given := []connect.PartitionOffset{{
		Partition: map[string]any{"i": 7, "i8": int8(-7), "i16": int16(7), "i32": int32(7), "f32": float32(0.1), "n": json.Number("12"), "d": json.Number("1e2")},
		Offset:    map[string]any{"nothing": nil, "minus zero": math.Copysign(0, -1), "large": 1e20, "whole": 3.0, "nan": math.NaN()},
	}}
	kind, body, err := encodeMessage(AlterOffsets{Name: "c", Offsets: given})
	require.NoError(t, err)
	got, err := decodeMessage(kind, body, wireDeadline)
	require.NoError(t, err)
	want, err := offsets.Normalize(given)
	require.NoError(t, err)
	normal, err := offsets.Normalize(got.(AlterOffsets).Offsets)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("%#v", want), fmt.Sprintf("%#v", normal), "NaN does not equal itself")
}

func TestOffsetsThatCannotBeStoredAreRefusedWithTheSameText(t *testing.T) {
	for _, value := range []any{[]byte("x"), uint8(1), struct{}{}, map[string]any{"a": 1}, []any{1}, json.Number("123456789012345678901")} {
		entries := []connect.PartitionOffset{{Partition: map[string]any{"p": value}}}
		_, want := offsets.Normalize(entries)
		require.Error(t, want)
		kind, body, err := encodeMessage(AlterOffsets{Offsets: entries})
		if err == nil {
			m, decoded := decodeMessage(kind, body, wireDeadline)
			require.NoError(t, decoded)
			_, err = offsets.Normalize(m.(AlterOffsets).Offsets)
		}
		assert.EqualError(t, err, want.Error())
		assert.Equal(t, connect.Classify(want), connect.Classify(err))
	}
}

func TestErrorsTravelWithTheirClassAndText(t *testing.T) {
	for class := connect.Fatal; class.String() != ""; class++ {
		_, err := encodeReply(Reply{Err: connect.Errorf(class, "100%% of %s", "it")})
		arrived := &clustergateway.Failure{Name: connect.Classify(err).String(), Text: err.Error()}
		reply := decodeReply("set_target", nil, fmt.Errorf("call: %w", arrived))
		assert.EqualError(t, reply.Err, "100% of it")
		assert.Equal(t, class, connect.Classify(reply.Err))
		assert.Nil(t, reply.Value)
	}
}

func TestRefusalsAndLostRequestsStayWhatTheyAre(t *testing.T) {
	for _, err := range []error{
		&clustergateway.Failure{Name: "transient", Text: "moved", Refused: clustergateway.Elsewhere},
		&clustergateway.Unreachable{Address: "a:1", Delivered: clustergateway.MaybeDelivered, Err: io.EOF},
		context.Canceled,
	} {
		assert.Same(t, err, decodeReply("set_target", nil, err).Err)
	}
}

func TestAnAnswerThatIsNoneArrivesAsThat(t *testing.T) {
	body, err := encodeReply(Reply{Err: fmt.Errorf("wrapped: %w", errNothingToWrite)})
	require.NoError(t, err)
	assert.ErrorIs(t, decodeReply("put_task_configs", body, nil).Err, errNothingToWrite)
	assert.JSONEq(t, `{"known":"nothing_to_write"}`, string(body))
	assert.ErrorContains(t, decodeReply("put_task_configs", json.RawMessage(`{"known":"new"}`), nil).Err, `"new"`)
}

func TestWhatIsNotKnownIsRefused(t *testing.T) {
	_, err := decodeMessage("make_coffee", json.RawMessage(`{}`), wireDeadline)
	require.ErrorContains(t, err, `"make_coffee"`)
	assert.Equal(t, connect.Fatal, connect.Classify(err))
	_, _, err = encodeMessage(GetWorker{})
	assert.ErrorContains(t, err, "actors.GetWorker")
	_, _, err = encodeMessage(nil)
	assert.Error(t, err)
	assert.Error(t, decodeReply("make_coffee", json.RawMessage(`{}`), nil).Err)
	for _, k := range wireTable {
		for _, body := range []string{``, `null`, `[]`, `{`, `"x"`, `{"name":{}, "connector":{}}`} {
			_, err := decodeMessage(k.name, json.RawMessage(body), wireDeadline)
			assert.Error(t, err, "%s %s", k.name, body)
		}
		_, err := decodeMessage(k.name, json.RawMessage(`{"a field of another version":1}`), wireDeadline)
		assert.NoError(t, err, k.name)
	}
	for _, offset := range []string{`{"a":[1]}`, `{"a":{}}`, `{"a":{"other":1}}`, `{"a":{"float":"x"}}`, `{"a":12345678901234567890}`} {
		_, err := decodeMessage("alter_offsets", json.RawMessage(`{"name":"c","offsets":[{"offset":`+offset+`}]}`), wireDeadline)
		assert.Error(t, err, offset)
	}
	var zero Reply
	assert.Equal(t, zero, decodeReply("set_target", json.RawMessage(`{"value":{"more":1}}`), nil))
	assert.False(t, errors.Is(decodeReply("set_target", json.RawMessage(`{`), nil).Err, errNothingToWrite))
}
