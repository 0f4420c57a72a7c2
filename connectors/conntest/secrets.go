// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"maps"
	"testing"

	"github.com/longshore-io/connect"
)

// marker is what every password is set to; a mistake in the rest of the configuration must not show it either.
const marker = "conntest-marked-secret"

// checkPasswords sets each password to one that is wrong, and has the connector run into it: beside a configuration that works, with
// the other side broken, and beside each wrong value.
func (s subject) checkPasswords(t *testing.T) {
	def := s.create().Config()
	for i := range def {
		if def[i].Type == connect.PasswordType {
			try(t, "the password "+def[i].Name+" is not said", func(tr *trial) { s.checkPassword(tr, def[i].Name) })
		}
	}
}

func (s subject) checkPassword(tr *trial, key string) {
	p := s.prepareFor(tr)
	props := maps.Clone(p.props)
	props[key] = marker
	tr.keep(s.create().Config(), props)
	for _, wrong := range s.wrongs() {
		if wrong.Key != key {
			mistaken := maps.Clone(props)
			maps.Copy(mistaken, wrong.With)
			mistaken[wrong.Key] = wrong.Value
			tr.wrongKeys(s.create(), mistaken)
		}
	}
	s.tryToWork(tr, props)
	if p.cut != nil {
		var mend func()
		tr.outside(func() { mend = p.cut() })
		s.tryToWork(tr, props)
		tr.outside(mend)
	}
}

// tryToWork starts a task and has it poll or put once, for what is said meanwhile.
func (s subject) tryToWork(tr *trial, props map[string]string) {
	config := s.plan(tr, props)
	if config == nil {
		return
	}
	w := s.worker(tr)
	_ = tr.cancelled("the task's start and its first Poll or Put", func(ctx context.Context) error {
		if err := w.start(ctx, config); err != nil {
			return err
		}
		return w.once(ctx)
	})
	_ = tr.promptly("Stop", w.stop)
}

// plan is a task's configuration, or nil where the connector gives none within a moment.
func (s subject) plan(tr *trial, props map[string]string) map[string]string {
	c := s.create()
	var configs []map[string]string
	err := tr.cancelled("the connector's start", func(ctx context.Context) (err error) {
		if err = c.Start(ctx, tr.connectorContext(), maps.Clone(props)); err != nil {
			return err
		}
		configs, err = c.TaskConfigs(ctx, 1)
		return err
	})
	_ = tr.promptly("Stop", func() error { return c.Stop(context.Background()) })
	if err != nil || len(configs) == 0 {
		return nil
	}
	return configs[0]
}
