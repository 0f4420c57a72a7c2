// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"fmt"
	"strconv"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
	"github.com/longshore-io/connect/cluster/protocol"
)

// churn is what users do to connectors, at whoever leads.
type churn struct {
	world *world
	last  int64
	// open are mutations that were not answered, and who was asked.
	open map[int64]*process
}

func (c *churn) answered(id int64) { delete(c.open, id) }

// change changes a connector through a leader that can take it now; false if there is none.
func (c *churn) change(r generation.Record) bool {
	for _, o := range c.world.workers {
		for _, p := range o.processes {
			if !p.stopped && p.node.Free() {
				c.last++
				if c.open == nil {
					c.open = map[int64]*process{}
				}
				c.open[c.last] = p
				p.step(protocol.Mutation{ID: c.last, Records: []generation.Record{r}, Work: p.config.work.with(r), Patient: c.last%2 == 0})
				return true
			}
		}
	}
	return false
}

// anything is a change that chance chooses.
func (c *churn) anything() generation.Record {
	w := c.world
	name := fmt.Sprintf("c%d", w.chance.IntN(w.shape.connectors))
	has := w.log.work().tasks(name)
	r := generation.Record{Key: connectorKey + name}
	switch {
	case has > 0 && w.happens(0.3): // It is deleted.
	case has > 0 && w.happens(0.3): // It is stopped.
		r.Value = []byte("0")
	case w.happens(0.05):
		r.Value = []byte("unknown")
	default:
		r.Value = []byte(strconv.Itoa(w.chance.IntN(w.shape.tasks + 1)))
	}
	return r
}

// persist makes a change, after some time if no leader can take it now.
func (c *churn) persist(r generation.Record, times int) {
	if times > 0 && !c.change(r) {
		c.world.after(c.world.between(50*ms, 200*ms), func() { c.persist(r, times-1) })
	}
}

// complete gives each connector whose number of tasks is unknown one, as another writer than a leader would.
func (c *churn) complete() {
	for _, known := range c.world.log.work() {
		if known.tasks == plan.Unknown {
			c.world.log.plain(generation.Record{Key: connectorKey + known.name, Value: []byte("1")})
		}
	}
}
