// SPDX-License-Identifier: Apache-2.0

package simulation

import "fmt"

// settled says what is not as it must be once everything was quiet for long: nil where each unit runs exactly once.
func (w *world) settled() error {
	wanted := w.log.work().units()
	state := w.judge.state
	lives, leaders := 0, 0
	for _, o := range w.workers {
		for _, p := range o.processes {
			lives += len(p.instances)
			if p.node.Leads() {
				leaders++
			}
			if n := p.node.State().Number; n != state.Number {
				return fmt.Errorf("%s is at generation %d of %d", p, n, state.Number)
			}
		}
	}
	if leaders != 1 {
		return fmt.Errorf("%d workers lead", leaders)
	}
	for _, u := range wanted {
		g, ok := state.Grants[u]
		if !ok || g.Revoked != 0 {
			return fmt.Errorf("%v: its grant in the log is %+v", u, g)
		}
		if n := w.running(lifeOf(u, g)); n != 1 {
			return fmt.Errorf("%v of generation %d runs %d times on %s (%s)", u, g.Since, n, g.Worker, g.Boot)
		}
	}
	if len(state.Grants) != len(wanted) || lives != len(wanted) {
		return fmt.Errorf("%d units are wanted, %d granted, and %d there", len(wanted), len(state.Grants), lives)
	}
	for id := range w.churn.last {
		if p := w.churn.open[id+1]; p != nil && p.alive {
			return fmt.Errorf("%s has not answered mutation %d", p, id+1)
		}
	}
	return nil
}

func (w *world) running(l life) int {
	n := 0
	for _, o := range w.workers {
		for _, p := range o.processes {
			for _, i := range p.instances {
				if i.life() == l && i.opened() && !p.stopped && (i.nature != exactlyOnce || i.token == w.ids.tasks[i.unit] || w.off(taskFencing)) {
					n++
				}
			}
		}
	}
	return n
}

// work is what there is to run in the end of the log.
func (l *configLog) work() work {
	var all work
	records, _ := l.read(0, l.end())
	for _, r := range records {
		all = all.with(r)
	}
	return all
}
