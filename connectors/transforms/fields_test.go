// SPDX-License-Identifier: Apache-2.0

package transforms_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// Kafka Connect prints the identity of an object where ours names the field.
func TestAStaticFieldNeedsAValue(t *testing.T) {
	err := find(t, "InsertField$Value").Configure(map[string]string{"static.field": "origin!"})
	require.EqualError(t, err, "Invalid value null for configuration static.value: No value specified for static field: origin!")
	require.Equal(t, connect.BadConfig, connect.Classify(err))
}

// Java runs out of the bounds of an array here.
func TestACastOfNothingToNothingIsAWrongSpec(t *testing.T) {
	err := find(t, "Cast$Value").Configure(map[string]string{"spec": ":"})
	require.EqualError(t, err, "Invalid value [:] for configuration renames: Invalid rename mapping: :")
}

func TestAWrongConfigurationIsFoundByValidation(t *testing.T) {
	for class, c := range map[string]struct {
		props map[string]string
		key   string
		errs  []string
	}{
		"Cast$Value":         {map[string]string{}, "spec", []string{`Missing required configuration "spec" which has no default value.`, "Must specify at least one field to cast."}},
		"MaskField$Key":      {map[string]string{"fields": ""}, "fields", []string{"Invalid value [] for configuration fields: Empty list"}},
		"ReplaceField$Value": {map[string]string{"renames": "a"}, "renames", []string{"Invalid value [a] for configuration renames: Invalid rename mapping: a"}},
		"ExtractField$Value": {map[string]string{"field": "a", "field.syntax.version": "3"}, "field.syntax.version",
			[]string{"Invalid value 3 for configuration field.syntax.version: String must be one of (case insensitive): V1, V2"}},
	} {
		for _, v := range find(t, class).Config().Validate(c.props) {
			if v.Name == c.key {
				require.Equal(t, c.errs, v.Errors, class)
			} else {
				require.Empty(t, v.Errors, class)
			}
		}
	}
}

func TestATransformCanBeConfiguredAnew(t *testing.T) {
	insert := find(t, "InsertField$Value")
	require.NoError(t, insert.Configure(map[string]string{"topic.field": "a"}))
	require.NoError(t, insert.Configure(map[string]string{"topic.field": "b"}))
	out, err := insert.Apply(t.Context(), &connect.Record{Topic: "t", Value: connect.NewMap(0)})
	require.NoError(t, err)
	require.Equal(t, connect.NewMap(1).Put("b", "t"), out.Value)
}
