// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

const connectorKey = "connector-"

// connector is one connector and how many tasks it has.
type connector struct {
	name  string
	tasks int
}

// work is what there is to run, by name. It is never changed once it was given out.
type work []connector

// All tells of each connector.
func (w work) All() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, c := range w {
			if !yield(c.name, c.tasks) {
				return
			}
		}
	}
}

// with is the work after a record. Records that are no connector's do not change it.
func (w work) with(r generation.Record) work {
	name, ok := strings.CutPrefix(r.Key, connectorKey)
	if !ok {
		return w
	}
	i, found := slices.BinarySearchFunc(w, name, func(c connector, name string) int { return strings.Compare(c.name, name) })
	next := slices.Clone(w)
	switch {
	case r.Value == nil && found:
		return slices.Delete(next, i, i+1)
	case r.Value == nil:
		return w
	case found:
		next[i].tasks = tasks(r)
		return next
	}
	return slices.Insert(next, i, connector{name, tasks(r)})
}

func tasks(r generation.Record) int {
	n, err := strconv.Atoi(string(r.Value))
	if err != nil {
		return plan.Unknown
	}
	return n
}

func (w work) tasks(name string) int {
	for _, c := range w {
		if c.name == name {
			return c.tasks
		}
	}
	return plan.Unknown
}

// units are all that shall run.
func (w work) units() []generation.Unit {
	var units []generation.Unit
	for _, c := range w {
		units = append(units, generation.Unit{Connector: c.name, Task: generation.Instance})
		for i := range max(0, c.tasks) {
			units = append(units, generation.Unit{Connector: c.name, Task: i})
		}
	}
	return units
}

// nature is how a connector's tasks have effects.
type nature int

const (
	sink nature = iota
	atLeastOnce
	exactlyOnce
)

// natureOf is fixed by the connector's name, so that one that is created again is what it was.
func (w *world) natureOf(u generation.Unit) nature {
	if u.Task == generation.Instance {
		return sink
	}
	return w.shape.natures[u.Connector[len(u.Connector)-1]-'0']
}
