// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"errors"
	"slices"
	"strings"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/restart"
)

// Restart is what follows a failure of a connector or task: task.restart.*.
type Restart restart.Policy

func restartOf(values connect.ConfigValues) Restart {
	return Restart{
		MaxAttempts:  values.Int("task.restart.max.attempts"),
		InitialDelay: milliseconds(values.Long("task.restart.initial.delay.ms")),
		MaxDelay:     milliseconds(values.Long("task.restart.max.delay.ms")),
		Reset:        milliseconds(values.Long("task.restart.reset.ms")),
	}
}

// restartKeys are keys of the worker that a connector may set for itself.
func restartKeys() connect.ConfigDef {
	return slices.DeleteFunc(slices.Clone(workerKeys), func(k connect.ConfigKey) bool { return !strings.HasPrefix(k.Name, "task.restart.") })
}

// With returns what holds for a connector: where its properties have a key, that one counts. If any is wrong, the worker's
// settings are returned beside the errors, each a *connect.ConfigError, joined.
func (r Restart) With(connector map[string]string) (restart.Policy, error) {
	values, errs := restartKeys().Parse(connector)
	if len(errs) > 0 {
		return restart.Policy(r), errors.Join(errs...)
	}
	policy, wished := restart.Policy(r), restartOf(values)
	for key, take := range map[string]func(){
		"task.restart.max.attempts":     func() { policy.MaxAttempts = wished.MaxAttempts },
		"task.restart.initial.delay.ms": func() { policy.InitialDelay = wished.InitialDelay },
		"task.restart.max.delay.ms":     func() { policy.MaxDelay = wished.MaxDelay },
		"task.restart.reset.ms":         func() { policy.Reset = wished.Reset },
	} {
		if _, set := connector[key]; set {
			take()
		}
	}
	return policy, nil
}
