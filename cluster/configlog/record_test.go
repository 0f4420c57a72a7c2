// SPDX-License-Identifier: Apache-2.0

package configlog_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/configlog"
)

var fileConfig = connect.Raw(map[string]string{
	"connector.class": "FileStreamSource", "file": "/data/in.txt", "topic": "t1", "tasks.max": "1", "name": "src",
})

// TestRecordsAreThoseOfKafkaConnect compares with records that a Java worker of Kafka 4.1.0 has written. Inside
// "properties" Java's order is that of a HashMap; the expected ones are sorted.
func TestRecordsAreThoseOfKafkaConnect(t *testing.T) {
	task := fileConfig.Clone()
	class := "org.apache.kafka.connect.file.FileStreamSourceTask"
	task["task.class"] = &class
	secret := []byte("0123456789abcdef0123456789abcdef")
	deletion := configlog.DeleteRecords("src")

	for _, c := range []struct {
		name       string
		record     configlog.Record
		key, value string
	}{
		{
			"a connector", configlog.ConnectorRecord("src", fileConfig), "connector-src",
			`{"properties":{"connector.class":"FileStreamSource","file":"/data/in.txt","name":"src","tasks.max":"1","topic":"t1"}}`,
		},
		{
			"a connector with a null",
			configlog.ConnectorRecord("x", connect.RawConfig{"connector.class": fileConfig["connector.class"], "topic": nil, "name": new("x")}),
			"connector-x", `{"properties":{"connector.class":"FileStreamSource","name":"x","topic":null}}`,
		},
		{"a connector without anything", configlog.ConnectorRecord("", nil), "connector-", `{"properties":{}}`},
		{
			"a value that HTML would escape", configlog.ConnectorRecord("x", connect.Raw(map[string]string{"a": "<&>\n\"😀"})),
			"connector-x", `{"properties":{"a":"<&>\n\"\uD83D\uDE00"}}`,
		},
		{
			"a task", configlog.TaskRecord(connect.TaskID{Connector: "src", Task: 0}, task), "task-src-0",
			`{"properties":{"connector.class":"FileStreamSource","file":"/data/in.txt","name":"src",` +
				`"task.class":"org.apache.kafka.connect.file.FileStreamSourceTask","tasks.max":"1","topic":"t1"}}`,
		},
		{"a commit", configlog.CommitRecord("src", 1), "commit-src", `{"tasks":1}`},
		{"the commit of a stop", configlog.CommitRecord("src", 0), "commit-src", `{"tasks":0}`},
		{"started", configlog.TargetRecord("src", connect.TargetStarted), "target-state-src", `{"state":"STARTED","state.v2":"STARTED"}`},
		{"paused", configlog.TargetRecord("src", connect.TargetPaused), "target-state-src", `{"state":"PAUSED","state.v2":"PAUSED"}`},
		{"stopped is paused for old workers", configlog.TargetRecord("st", connect.TargetStopped), "target-state-st", `{"state":"PAUSED","state.v2":"STOPPED"}`},
		{
			"a restart", configlog.RestartRecord(connect.RestartRequest{Connector: "src", IncludeTasks: true}),
			"restart-connector-src", `{"include-tasks":true,"only-failed":false}`,
		},
		{
			"the session key",
			configlog.SessionKeyRecord(configlog.SessionKey{Key: secret, Algorithm: "HmacSHA256", Created: time.UnixMilli(1795387553958)}),
			"session-key",
			`{"key":"` + base64.StdEncoding.EncodeToString(secret) + `","algorithm":"HmacSHA256","creation-timestamp":1795387553958}`,
		},
		{"a task count", configlog.TaskCountRecord("e", 1), "tasks-fencing-e", `{"task-count":1}`},
		{
			"a logger level", configlog.LoggerRecord("org.apache.kafka.connect.runtime", "WARN"),
			"logger-cluster-org.apache.kafka.connect.runtime", `{"level":"WARN"}`,
		},
		{"deletion: the connector first", deletion[0], "connector-src", ""},
		{"deletion: then the target state", deletion[1], "target-state-src", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.key, c.record.Key)
			assert.Equal(t, c.value, string(c.record.Value))
			assert.Equal(t, c.value == "", c.record.Value == nil, "only a tombstone has no value")
		})
	}
	assert.Len(t, deletion, 2)
}

func TestTaskRecordsAreNumbered(t *testing.T) {
	records := configlog.TaskRecords("a-b", []connect.RawConfig{{}, {}})
	assert.Equal(t, []configlog.Record{
		{Key: "task-a-b-0", Value: []byte(`{"properties":{}}`)}, {Key: "task-a-b-1", Value: []byte(`{"properties":{}}`)},
	}, records)
}

func TestSessionKeyDoesNotPrintItsSecret(t *testing.T) {
	key := configlog.SessionKey{Key: []byte("secret"), Algorithm: "HmacSHA256", Created: time.UnixMilli(0)}
	assert.Equal(t, "session key for HmacSHA256 of 1970-01-01T00:00:00Z", key.String())
}

func TestKeepVariables(t *testing.T) {
	connector := connect.Raw(map[string]string{
		"password": "${file:/secrets:pw}", "url": "jdbc://${env:HOST}/db", "format": "${topic}", "plain": "x", "unused": "${env:U}",
	})
	resolved := connect.Raw(map[string]string{"password": "hunter2", "url": "jdbc://db7/db", "format": "f", "plain": "y", "own": "z"})
	kept := configlog.KeepVariables(connector, []connect.RawConfig{resolved})
	want := map[string]string{
		"password": "${file:/secrets:pw}", "url": "jdbc://${env:HOST}/db", "format": "f", "plain": "y", "own": "z",
	}
	assert.Equal(t, []connect.RawConfig{connect.Raw(want)}, kept)
	assert.Equal(t, "hunter2", *resolved["password"], "the argument is not changed")
}
