// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Compare orders units by connector, and within one by task: the instance, then the tasks by number.
func (u Unit) Compare(v Unit) int {
	return cmp.Or(cmp.Compare(u.Connector, v.Connector), cmp.Compare(u.Task, v.Task))
}

// String is the unit as a log line names it: the connector's name, and "-" and the number for a task.
func (u Unit) String() string {
	if u.Task == Instance {
		return u.Connector
	}
	return fmt.Sprintf("%s-%d", u.Connector, u.Task)
}

// Holding is what the owner of a unit says while it holds it under this grant.
func (g Grant) Holding(unit Unit) Holding { return Holding{Unit: unit, Since: g.Since} }

// Units are all that somebody has a right to, those that are being revoked included, in the order of [Unit.Compare].
func (s State) Units() []Unit { return sorted(s.Grants) }

// Unowned are all units that are Lost, in the order of [Unit.Compare].
func (s State) Unowned() []Unit { return sorted(s.Lost) }

// Members are the ids of the Workers in their order.
func (s State) Members() []string { return slices.Sorted(maps.Keys(s.Workers)) }

// Owned are the grants of one process of a worker, those that are being revoked included. A grant that another process of the
// same worker was given is not among them.
func (s State) Owned(worker string, boot Boot) map[Unit]Grant {
	owned := make(map[Unit]Grant, len(s.Grants)/max(len(s.Workers), 1))
	for unit, grant := range s.Grants {
		if grant.Worker == worker && grant.Boot == boot {
			owned[unit] = grant
		}
	}
	return owned
}

func sorted[V any](of map[Unit]V) []Unit { return slices.SortedFunc(maps.Keys(of), Unit.Compare) }
