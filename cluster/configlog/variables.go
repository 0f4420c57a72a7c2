// SPDX-License-Identifier: Apache-2.0

package configlog

import (
	"regexp"

	connect "github.com/longshore-io/connect"
)

// variable is a reference to a configuration provider, ${provider:path:key} or ${provider:key}.
var variable = regexp.MustCompile(`\$\{[^}]*:[^}]*\}`)

// KeepVariables returns the tasks as they are to be stored: where the connector's configuration has a variable, the tasks'
// values of the same key are the variable again. Connectors see resolved values and copy them into their tasks; stored like
// that they would show secrets to all who read the topic, and differ with every new secret.
func KeepVariables(connector connect.RawConfig, tasks []connect.RawConfig) []connect.RawConfig {
	kept := make([]connect.RawConfig, len(tasks))
	for i, task := range tasks {
		kept[i] = task.Clone()
		for key := range task {
			if raw := connector[key]; raw != nil && variable.MatchString(*raw) {
				kept[i][key] = raw
			}
		}
	}
	return kept
}
