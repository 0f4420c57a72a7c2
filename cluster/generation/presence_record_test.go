// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func presence() Presence {
	return Presence{
		Worker: "a:8083", Boot: "6f1c", Gossip: "10.0.0.5:7946", RPC: "10.0.0.5:7947", REST: "http://a:8083/", State: Up, Oldest: 1, Newest: 2,
		Seq: 31, Applied: 17, Holding: []Holding{{Unit{"s3", Instance}, 8}, {Unit{"s3", 2}, 9}}, Answer: "nonce",
	}
}

func TestTheRecordOfAPresence(t *testing.T) {
	record := presence().Record()
	require.Equal(t, "longshore-worker-a:8083", record.Key)
	require.Equal(t, `{"v":1,"boot":"6f1c","gossip":"10.0.0.5:7946","rpc":"10.0.0.5:7947","rest":"http://a:8083/","state":"up","speaks":[1,2],`+
		`"seq":31,"applied":17,"holding":[{"connector":"s3","task":-1,"since":8},{"connector":"s3","task":2,"since":9}],"answer":"nonce"}`,
		string(record.Value))
	got, err := DecodeStatus(record.Key, record.Value)
	require.NoError(t, err)
	require.Equal(t, presence(), got)
}

func TestAPresenceThatSaysLessIsRead(t *testing.T) {
	got, err := DecodeStatus("longshore-worker-a", []byte(`{"v":1,"boot":"x","state":"left","later":[]}`))
	require.NoError(t, err)
	require.Equal(t, Presence{Worker: "a", Boot: "x", State: Left, Oldest: 1, Newest: 1}, got)
}

func TestOfAPresenceOfALaterVersionIsReadWhatCanBe(t *testing.T) {
	got, err := DecodeStatus("longshore-worker-a", []byte(`{"v":9,"boot":"x","holding":"otherwise","speaks":[3,9],"seq":4}`))
	require.NoError(t, err)
	require.Equal(t, Presence{Worker: "a", Boot: "x", Oldest: 3, Newest: 9, Seq: 4}, got)
	_, err = DecodeStatus("longshore-worker-a", []byte(`{"v":1,"boot":"x","holding":"otherwise"}`))
	require.ErrorContains(t, err, "holding")
	_, err = DecodeStatus("longshore-worker-a", []byte(`{"v":9,`))
	require.Error(t, err)
}

func TestAPresenceThatWasRemovedIsForgotten(t *testing.T) {
	record := PresenceTombstone("a:8083")
	require.Equal(t, Record{Key: "longshore-worker-a:8083"}, record)
	got, err := DecodeStatus(record.Key, record.Value)
	require.NoError(t, err)
	require.Equal(t, Forgotten{"a:8083"}, got)
}

func TestTheRecordOfARollCall(t *testing.T) {
	call := RollCall{Nonce: "n", By: "b:8083", Asks: []string{"c:8083"}}
	record := call.Record()
	require.Equal(t, Record{"longshore-rollcall", []byte(`{"v":1,"nonce":"n","by":"b:8083","asks":["c:8083"]}`)}, record)
	got, err := DecodeStatus(record.Key, record.Value)
	require.NoError(t, err)
	require.Equal(t, call, got)
}

func TestOtherRecordsOfTheStatusTopicAreNothing(t *testing.T) {
	for _, key := range []string{"status-task-db-0", "longshore-rollcalls", "longshore-generation"} {
		got, err := DecodeStatus(key, []byte(`nonsense`))
		require.NoError(t, err)
		require.Nil(t, got)
	}
	got, err := DecodeStatus("longshore-rollcall", nil)
	require.NoError(t, err)
	require.Nil(t, got)
}

func TestTheRecordOfTheKeys(t *testing.T) {
	keys := Keys{[]byte("hush hush hush hu"), []byte("an older one")}
	record := KeyRecord(keys)
	require.Equal(t, Record{"longshore-key", []byte(`{"v":1,"keys":["aHVzaCBodXNoIGh1c2ggaHU=","YW4gb2xkZXIgb25l"]}`)}, record)
	got, err := DecodeKey(record.Value)
	require.NoError(t, err)
	require.Equal(t, keys, got)
	none, err := DecodeKey(nil)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = DecodeKey([]byte(`{"v":2,"keys":["aHVzaA=="]}`))
	var version *VersionError
	require.ErrorAs(t, err, &version)
}

func TestKeysAreNotShown(t *testing.T) {
	keys := Keys{[]byte("hush")}
	text, err := json.Marshal(map[string]any{"keys": keys})
	require.NoError(t, err)
	require.Equal(t, `{"keys":"[keys left out]"}`, string(text))
	require.Equal(t, "[keys left out]", keys.String())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		require.Equal(t, "[keys left out]", fmt.Sprintf(verb, keys))
		require.NotContains(t, fmt.Sprintf(verb, struct{ Keys Keys }{keys}), "104", "nor in a struct")
	}
}

func TestHowUnitsAreOrderedAndNamed(t *testing.T) {
	s := example()
	var names []string
	for _, unit := range s.Units() {
		names = append(names, unit.String())
	}
	require.Equal(t, []string{"db", "db-0", "db-1", "db-4", "db-7", "s3", "s3-2", "s3-3"}, names)
	require.Equal(t, []Unit{{"db", 9}, {"db", 10}}, s.Unowned())
	require.Equal(t, []string{"a:8083", "b:8083"}, s.Members())
}

func TestWhatAProcessOwnsIsNotWhatAnotherOfTheSameWorkerDoes(t *testing.T) {
	s := example()
	require.Len(t, s.Owned("a:8083", "6f1c"), 7)
	require.Equal(t, map[Unit]Grant{{"s3", 3}: s.Grants[Unit{"s3", 3}]}, s.Owned("b:8083", "09aa"))
	require.Empty(t, s.Owned("b:8083", "another"))
	require.Equal(t, Holding{Unit{"s3", 3}, 9}, s.Grants[Unit{"s3", 3}].Holding(Unit{"s3", 3}))
}
