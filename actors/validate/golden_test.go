// SPDX-License-Identifier: Apache-2.0

package validate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/validate"
)

// recording is what Kafka Connect 4.1.0 answered, without the sentences of its documentation. Lists of recommended classes
// are shortened to "classes", and client properties have no definition.
type recording struct {
	Base  map[string][]connect.ConfigInfo
	Cases []recordedCase
}

type recordedCase struct {
	Case       string
	Worker     struct{ Group, Policy string }
	Config     connect.RawConfig
	ErrorCount int `json:"error_count"`
	Groups     []string
	// Names are the keys in order, where they are not those of the base.
	Names []string
	// Differs are the keys that are not as in the base.
	Differs []connect.ConfigInfo
}

func readRecording(t testing.TB) recording {
	t.Helper()
	data, err := os.ReadFile("testdata/kafka-4.1.0.json")
	require.NoError(t, err)
	var r recording
	require.NoError(t, json.Unmarshal(data, &r))
	require.NotEmpty(t, r.Cases)
	return r
}

func TestAnswersAreThoseOfKafkaConnect(t *testing.T) {
	r := readRecording(t)
	for _, c := range r.Cases {
		t.Run(c.Case, func(t *testing.T) {
			result, err := validate.Connector(t.Context(), c.input())
			require.NoError(t, err)
			class, _ := c.Config.Get("connector.class")
			want, wantNames := expected(r.Base[class], c)
			got, gotNames := normalized(result.Configs)
			require.Equal(t, wantNames, gotNames)
			for name, infos := range want {
				require.Equal(t, infos, got[name])
			}
			require.Equal(t, c.ErrorCount, result.ErrorCount)
			require.ElementsMatch(t, c.Groups, result.Groups)
			require.Equal(t, class, result.Name)
		})
	}
}

func (c recordedCase) input() validate.Input {
	in := input(c.Config)
	in.Worker.GroupID = c.Worker.Group
	if c.Worker.Policy == "None" {
		in.Worker.Override = func(_ validate.Client, key, _ string) error {
			return fmt.Errorf("The 'None' policy does not allow '%s' to be overridden in the connector configuration.", key)
		}
	}
	return in
}

// expected is the base with what differs, by key; a key may be there twice, without and with its block.
func expected(base []connect.ConfigInfo, c recordedCase) (map[string][]string, []string) {
	differs := map[string][]connect.ConfigInfo{}
	for _, info := range c.Differs {
		differs[nameOf(info)] = append(differs[nameOf(info)], info)
	}
	plain := map[string]connect.ConfigInfo{}
	names := c.Names
	for _, info := range base {
		plain[nameOf(info)] = info
		if c.Names == nil {
			names = append(names, nameOf(info))
		}
	}
	out := map[string][]string{}
	for _, name := range names {
		if out[name] != nil {
			continue
		}
		infos := differs[name]
		if infos == nil {
			infos = []connect.ConfigInfo{plain[name]}
		}
		for _, info := range infos {
			out[name] = append(out[name], text(info))
		}
	}
	return out, ordered(names)
}

func normalized(configs []connect.ConfigInfo) (map[string][]string, []string) {
	out := map[string][]string{}
	var names []string
	for _, info := range configs {
		if info.Definition != nil {
			info.Definition.Documentation = ""
		}
		if strings.Contains(nameOf(info), ".override.") {
			info.Definition = nil // the recording leaves it out; the differential suite compares it
		}
		if v := info.Value; v != nil && strings.Contains(strings.Join(v.RecommendedValues, " "), "apache") {
			v.RecommendedValues = []string{"classes"}
		}
		out[nameOf(info)] = append(out[nameOf(info)], text(info))
		names = append(names, nameOf(info))
	}
	return out, ordered(names)
}

// ordered sorts the keys of converters and clients, which Kafka prints in the order of a hash.
func ordered(names []string) []string {
	isBlock := func(name string) bool {
		return strings.Contains(name, ".override.") || strings.Contains(name, ".converter.") && !strings.HasSuffix(name, ".plugin.version")
	}
	first := slices.IndexFunc(names, isBlock)
	for first >= 0 && first < len(names) && !slices.ContainsFunc(names[:first], func(n string) bool { return n == "file" }) {
		next := slices.IndexFunc(names[first+1:], isBlock) // a null without definition stands in front
		if next < 0 {
			return names
		}
		first += 1 + next
	}
	if first >= 0 {
		slices.Sort(names[first:])
	}
	return names
}

func nameOf(info connect.ConfigInfo) string {
	if info.Value != nil {
		return info.Value.Name
	}
	return info.Definition.Name
}

func text(info connect.ConfigInfo) string {
	data, err := json.Marshal(info)
	if err != nil {
		panic(err)
	}
	return string(data)
}
