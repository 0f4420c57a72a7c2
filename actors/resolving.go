// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"strings"
	"sync"
	"time"

	connect "github.com/longshore-io/connect"
)

// rawSpec is what a unit runs with, as it is stored; a connector instance has no task.
type rawSpec struct {
	connector, task connect.RawConfig
	taskSet         version // that the task is of
}

// resolveLimit is how long config providers may take for the start of a unit, which fails after that.
const resolveLimit = time.Minute

// resolving is the pump of every unit: on the goroutine of its life, where it harms nobody else, it reads the variables of the
// configuration, and then is the pump that is made with their values.
type resolving struct {
	lifeOf
	raw  rawSpec
	make func(of lifeOf, spec taskSpec) (pump, error)
	// expire is told after which times values are to be read again.
	expire func(ttls map[string]time.Duration)

	mu   sync.Mutex
	pump pump // nil until everything is resolved
	cut  bool
}

// run implements pump.
func (r *resolving) run(ctx context.Context, started func()) error {
	spec, err := r.resolve(ctx)
	if err != nil {
		return err
	}
	pump, err := r.make(r.lifeOf, spec)
	if err != nil {
		return r.secrets.HideIn(err)
	}
	if !r.become(pump) {
		return connect.ErrFenced
	}
	return r.secrets.HideIn(pump.run(ctx, started))
}

func (r *resolving) resolve(ctx context.Context) (taskSpec, error) {
	ctx, cancel := within(ctx, r.env.runtime.Clock, resolveLimit)
	defer cancel()
	resolution, err := r.env.resolve(ctx, r.raw.connector, r.raw.task)
	if err != nil {
		return taskSpec{}, err
	}
	r.secrets = resolution.Secrets
	r.log = resolution.Secrets.Logger(r.log)
	if len(resolution.Missing) > 0 {
		r.log.Warn("config providers have no values for some variables, which stay as they are written", "variables", resolution.Missing)
	}
	spec := taskSpec{connector: resolution.Configs[0].Props(), task: resolution.Configs[1].Props(), taskSet: r.raw.taskSet}
	if len(resolution.TTLs) > 0 && strings.TrimSpace(spec.connector["config.action.reload"]) != "none" {
		r.expire(resolution.TTLs)
	}
	return spec, nil
}

// become sets the pump, unless the life was cut off meanwhile.
func (r *resolving) become(pump pump) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut {
		return false
	}
	r.pump = pump
	return true
}

func (r *resolving) current() pump {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.pump
}

// tick implements ticker, for pumps that are one.
func (r *resolving) tick(ctx context.Context) error {
	if ticker, ok := r.current().(ticker); ok { // after which secrets are known
		return r.secrets.HideIn(ticker.tick(ctx))
	}
	return nil
}

// interrupt implements pump. A pump that is not there yet looks at its gate by itself.
func (r *resolving) interrupt() {
	if pump := r.current(); pump != nil {
		pump.interrupt()
	}
}

// abandon implements pump.
func (r *resolving) abandon() {
	r.mu.Lock()
	r.cut = true
	pump := r.pump
	r.mu.Unlock()
	if pump != nil {
		pump.abandon()
	}
}

// pumpMaker says which pump a unit has, by its class. planned is what the connector's tasks were planned with.
func pumpMaker(raw rawSpec, planned *plannedWith) func(lifeOf, taskSpec) (pump, error) {
	return func(of lifeOf, spec taskSpec) (pump, error) {
		info, err := of.env.plugins.Find(spec.class(), connect.SourcePlugin, connect.SinkPlugin)
		if err != nil {
			return nil, err
		}
		of.log = of.log.With(connect.LoggerAttr, info.Class)
		switch {
		case of.id.task == theConnector:
			return newConnectorRun(of, raw.connector, spec.connector, planned), nil
		case info.Type == connect.SourcePlugin:
			return newSourceRun(of, spec), nil
		}
		return newSinkRun(of, spec), nil
	}
}
