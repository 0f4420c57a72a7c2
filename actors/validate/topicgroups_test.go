// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/actors/validate"
)

func TestTheFirstListedGroupThatHasATopicIsItsGroup(t *testing.T) {
	groups, err := validate.ReadTopicGroups(map[string]string{
		"topic.creation.groups":             "b, default, a",
		"topic.creation.default.partitions": "2", "topic.creation.default.replication.factor": "3", "topic.creation.default.cleanup.policy": "compact",
		"topic.creation.a.include": "x.*", "topic.creation.a.partitions": "7",
		"topic.creation.b.include": "x1, x2[2-9&&[^3]]", "topic.creation.b.exclude": "x24", "topic.creation.b.replication.factor": "-1", "topic.creation.b.retention.ms": "5",
	})
	require.NoError(t, err)
	for topic, want := range map[string]string{"x1": "b", "x22": "b", "x23": "a", "x24": "a", "x11": "a", "yx1": "default", "": "default"} {
		assert.Equal(t, want, groups.Of(topic).Name, topic)
	}
	b, a, rest := groups.Of("x1"), groups.Of("x9"), groups.Of("y")
	assert.Equal(t, []int{2, -1}, []int{int(b.Partitions), int(b.ReplicationFactor)})
	assert.Equal(t, map[string]string{"retention.ms": "5"}, b.Settings)
	assert.Equal(t, []int{7, 3}, []int{int(a.Partitions), int(a.ReplicationFactor)})
	assert.Nil(t, a.Settings, "settings are not inherited")
	assert.Equal(t, map[string]string{"cleanup.policy": "compact"}, rest.Settings)
}

func TestWithoutItsKeysThereAreNoGroups(t *testing.T) {
	groups, err := validate.ReadTopicGroups(map[string]string{"topic": "t"})
	require.NoError(t, err)
	assert.Nil(t, groups)
}

func TestGroupsThatAreWrongAreNamed(t *testing.T) {
	const partitions, replicas = "topic.creation.default.partitions", "topic.creation.default.replication.factor"
	for want, props := range map[string]map[string]string{
		"Missing required configuration \"" + partitions + "\"":        {replicas: "1"},
		"Invalid value 0 for configuration " + partitions:              {replicas: "1", partitions: "0"},
		"Invalid value ( for configuration topic.creation.g.include":   {replicas: "1", partitions: "1", "topic.creation.groups": "g", "topic.creation.g.include": "("},
		"for configuration topic.creation.groups":                      {replicas: "1", partitions: "1", "topic.creation.groups": "g,g"},
		"Invalid value a(b|c)d) for configuration topic.creation.g.ex": {replicas: "1", partitions: "1", "topic.creation.groups": "g", "topic.creation.g.exclude": "a(b|c)d)"},
	} {
		_, err := validate.ReadTopicGroups(props)
		assert.ErrorContains(t, err, want)
	}
}

func TestDeadLettersAreReadWithTheirDefaults(t *testing.T) {
	settings, err := validate.DeadLetters(map[string]string{"errors.deadletterqueue.topic.name": " dead "})
	require.NoError(t, err)
	assert.Equal(t, validate.DeadLetterSettings{Topic: "dead", ReplicationFactor: 3}, settings)
	settings, err = validate.DeadLetters(map[string]string{"errors.deadletterqueue.topic.name": "dead", validate.DeadLetterReplicas: "1", "errors.deadletterqueue.context.headers.enable": "true"})
	require.NoError(t, err)
	assert.Equal(t, validate.DeadLetterSettings{Topic: "dead", ReplicationFactor: 1, Context: true}, settings)
	settings, err = validate.DeadLetters(nil)
	require.NoError(t, err)
	assert.Empty(t, settings.Topic)
	_, err = validate.DeadLetters(map[string]string{validate.DeadLetterReplicas: "many"})
	require.EqualError(t, err, "Invalid value many for configuration errors.deadletterqueue.topic.replication.factor: Not a number of type SHORT")
}
