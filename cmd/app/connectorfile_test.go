// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestConnectorFilesHaveThreeFormats(t *testing.T) {
	paused := connect.TargetPaused
	for name, c := range map[string]struct {
		text  string
		want  map[string]string
		state *connect.TargetState
	}{
		"properties":                            {"name=x\ntopics=a,b\n", map[string]string{"name": "x", "topics": "a,b"}, nil},
		"JSON that is the configuration":        {`{"name": "x", "tasks.max": 2, "a": true}`, map[string]string{"name": "x", "tasks.max": "2", "a": "true"}, nil},
		"JSON as REST takes it":                 {`{"name": "x", "config": {"a": "1"}}`, map[string]string{"name": "x", "a": "1"}, nil},
		"the name may be in the configuration":  {`{"config": {"name": "x"}}`, map[string]string{"name": "x"}, nil},
		"or in both":                            {`{"name": "x", "config": {"name": "x"}}`, map[string]string{"name": "x"}, nil},
		"fields that are not known are ignored": {`{"name": "x", "tasks": [], "config": {"a": "1"}}`, map[string]string{"name": "x", "a": "1"}, nil},
		"a state to begin with":                 {`{"name": "x", "initial_state": "paused", "config": {}}`, map[string]string{"name": "x"}, &paused},
		"a state that is null is none":          {`{"name": "x", "initial_state": null, "config": {}}`, map[string]string{"name": "x"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := parseConnector("x.any", []byte(c.text))
			require.NoError(t, err)
			require.Equal(t, connect.CreateRequest{Name: "x", Config: connect.Raw(c.want), InitialState: c.state}, got)
		})
	}
}

func TestAWrongConnectorFileIsNamedWithWhatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"properties without a name": {"topics=a\n", "Connector configuration at 'x.any' is missing the mandatory 'name' configuration"},
		"JSON without a name":       {`{"topics": "a"}`, "Connector configuration at 'x.any' is missing the mandatory 'name' configuration"},
		"a request without a name":  {`{"config": {}}`, "Connector configuration at 'x.any' is missing the mandatory 'name' configuration"},
		"an empty file":             {"", "Connector configuration at 'x.any' is missing the mandatory 'name' configuration"},
		"two names": {`{"name": "x", "config": {"name": "y"}}`,
			"Connector name configuration in 'config' doesn't match the one specified in 'name' at 'x.any'"},
		"JSON that is cut off":           {`{"name": "x",`, "x.any: the file is not valid JSON: it ends within a value (line 1, column 14)"},
		"a value that is an object":      {`{"name": "x", "a": {}}`, `x.any: The value of "a" must be a string, a number, a boolean or null, not an object (line 1, column 20)`},
		"a config that is no object":     {`{"name": "x", "config": []}`, "x.any: the field config must be a JSON object, not an array (line 1, column 1)"},
		"a state that there is not":      {`{"name": "x", "config": {}, "initial_state": "idle"}`, `x.any: initial_state "idle" is not known: it must be RUNNING, PAUSED or STOPPED`},
		"properties that cannot be read": {`name=\u00zz`, "x.any: not a properties file: properties: Line 1: invalid unicode literal"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseConnector("x.any", []byte(c.text))
			require.EqualError(t, err, c.want)
		})
	}
}
