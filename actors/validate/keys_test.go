// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"orders": "", " with blanks ": "", "ü/{}": "",
		"":           "Invalid value  for configuration name: String may not be empty",
		"a\nb\u007f": "Invalid value a\nb\u007f for configuration name: String may not contain control sequences but had the following ASCII chars: 10, 127",
	} {
		err := validate.Name(name)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want)
	}
}

func TestVersionRanges(t *testing.T) {
	for text, c := range map[string]struct {
		in, out []string
	}{
		"latest":               {[]string{"1.0", "undefined"}, nil},
		"1.0":                  {[]string{"1.0", "1", "1.0.0"}, []string{"1.0.1", "0.9"}},
		"[1.0,2.0)":            {[]string{"1.0", "1.9.9", "2.0-rc1"}, []string{"2.0", "0.9", "1.0-SNAPSHOT"}},
		"(1.0,]":               {[]string{"1.0.1", "10"}, []string{"1.0"}},
		"[,1.0],[2.0,3.0)":     {[]string{"0.1", "2.5"}, []string{"1.5", "3.0"}},
		"[1.2]":                {[]string{"1.2"}, []string{"1.3"}},
		"(,)":                  {[]string{"0", "9"}, nil},
		"":                     {nil, []string{"1.0", "0.1"}},
		" latest ":             {nil, []string{"1.0"}},
		"1.0,2":                {[]string{"1.0", "1.5", "2"}, []string{"2.1", "0.9"}},
		"[1.0-alpha,1.0-beta]": {[]string{"1.0-alpha", "1.0-beta"}, []string{"1.0", "1.0-gamma"}},
		"18446744073709551616": {[]string{"18446744073709551616"}, []string{"1"}},
	} {
		r, err := validate.ParseVersionRange(text)
		require.NoError(t, err, text)
		for _, v := range c.in {
			assert.True(t, r.Contains(v), "%s should contain %s", text, v)
		}
		for _, v := range c.out {
			assert.False(t, r.Contains(v), "%s should not contain %s", text, v)
		}
	}
	for text, want := range map[string]string{"9.9": "[9.9,9.9]", "[1]": "[1,1]", "": "[,]", "( 1 , 2 ],[3,)": "(1,2],[3,)", "latest": ""} {
		r, err := validate.ParseVersionRange(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, r.String(), text)
	}
	for text, want := range map[string]string{"[1": "Unbounded range: [1", "[2,1]": "Range defies version ordering: [2,1]",
		"[1,1)": "Range defies version ordering: [1,1)", "(1)": "Single version must be surrounded by []: (1)", "[3,5),[1,2)": "Ranges overlap: [3,5),[1,2)",
		"1]": "Only fully-qualified sets allowed in multiple set scenario: [1]]"} {
		_, err := validate.ParseVersionRange(text)
		require.EqualError(t, err, want)
		assert.Equal(t, connect.BadConfig, connect.Classify(err))
	}
}

func TestTopicCreationIsCheckedWhenTheConnectorStarts(t *testing.T) {
	ok := map[string]string{"topic.creation.default.partitions": "2", "topic.creation.default.replication.factor": "-1"}
	with := func(more ...string) map[string]string {
		out := map[string]string{}
		for k, v := range ok {
			out[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			out[more[i]] = more[i+1]
		}
		return out
	}
	for name, c := range map[string]struct {
		props map[string]string
		want  []string
	}{
		"nothing is asked for": {nil, nil},
		"the default":          {ok, nil},
		"the default is needed by any group": {map[string]string{"topic.creation.groups": "g"}, []string{
			`Missing required configuration "topic.creation.default.replication.factor" which has no default value.`,
			"Invalid value null for configuration topic.creation.default.replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
			`Missing required configuration "topic.creation.default.partitions" which has no default value.`,
			"Invalid value null for configuration topic.creation.default.partitions: Number of partitions must be positive, or -1 to use the broker's default"}},
		"no partitions":      {with("topic.creation.default.partitions", "0"), []string{"Invalid value 0 for configuration topic.creation.default.partitions: Number of partitions must be positive, or -1 to use the broker's default"}},
		"less than none":     {with("topic.creation.groups", "g", "topic.creation.g.replication.factor", "-2"), []string{"Invalid value -2 for configuration topic.creation.g.replication.factor: Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default"}},
		"a wrong expression": {with("topic.creation.groups", "g", "topic.creation.g.include", "a, b["), []string{"Invalid value b[ for configuration topic.creation.g.include: Syntax error in regular expression: Unclosed character class near index 1\nb[\n ^"}},
	} {
		t.Run(name, func(t *testing.T) {
			def, err := validate.TopicCreation(c.props)
			require.NoError(t, err)
			var got []string
			for _, v := range def.Validate(c.props) {
				got = append(got, v.Errors...)
			}
			assert.Equal(t, c.want, got)
		})
	}
	_, err := validate.TopicCreation(with("topic.creation.groups", "g,g"))
	require.EqualError(t, err, "Invalid value [g, g] for configuration topic.creation.groups: Duplicate alias provided.")

	props := with("topic.creation.groups", "g, default", "topic.creation.g.include", "x")
	def, err := validate.TopicCreation(props)
	require.NoError(t, err)
	values, errs := def.Parse(props)
	require.Empty(t, errs)
	assert.Len(t, def, 8)
	assert.Equal(t, 2, values.Int("topic.creation.g.partitions"), "a group has the default's partitions")
	assert.Equal(t, []string{".*"}, values.List("topic.creation.default.include"))
}

func TestTopicList(t *testing.T) {
	assert.Equal(t, []string{"a", "b"}, validate.TopicList(map[string]string{"topics": " a,b ,, a "}))
	assert.Empty(t, validate.TopicList(nil))
}

func TestDescribeHidesInternalKeys(t *testing.T) {
	got := validate.Describe(connect.ConfigDef{
		{Name: "a", Type: connect.ListType, Default: []string{"x", "y"}, Importance: connect.Low, Doc: "A."}, {Name: "b", Internal: true},
	})
	x := "x,y"
	assert.Equal(t, []connect.ConfigKeyInfo{{Name: "a", Type: connect.ListType, DefaultValue: &x, Importance: connect.Low, Documentation: "A.", Width: "NONE", DisplayName: "a", Dependents: []string{}, Order: -1}}, got)
}

func TestEveryKeyIsDocumented(t *testing.T) {
	for _, def := range []connect.ConfigDef{validate.Source(), validate.Sink()} {
		for _, k := range def {
			assert.Regexp(t, `^[A-Z].*\.$`, k.Doc, k.Name)
		}
	}
}
