// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"fmt"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

const (
	// soon is how long a call may take after its context was cancelled, and Stop at all.
	soon = time.Second
	// moment is how long a suite looks whether something happens that should not.
	moment = soon / 5
	// tick is how often a suite looks at its watch.
	tick = 10 * time.Millisecond
)

// patience is how long a suite waits for what a connector does sooner or later. Tests of connectors that never do it have less.
var patience = 30 * time.Second

// trial is one check. It has heard what the connector has said in errors and logs, and knows its goroutines from all others.
type trial struct {
	*testing.T
	id string

	mu      sync.Mutex
	said    []string
	logs    []*Logs
	secrets []string
}

var trials atomic.Int64

// try runs a check as a subtest. At its end no goroutine of the connector may be left, and no secret may have been said.
func try(t *testing.T, name string, body func(tr *trial)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		tr := &trial{T: t, id: strconv.FormatInt(trials.Add(1), 10)}
		tr.mark(tr.id)
		defer pprof.SetGoroutineLabels(context.Background())
		body(tr)
		tr.checkGoroutines()
		tr.checkSecrets()
	})
}

// label marks goroutines: those that one starts have its labels.
const label = "conntest"

func (tr *trial) mark(id string) {
	pprof.SetGoroutineLabels(pprof.WithLabels(context.Background(), pprof.Labels(label, id)))
}

// outside calls what is not the connector's: the goroutines that it starts may stay.
func (tr *trial) outside(call func()) {
	pprof.SetGoroutineLabels(context.Background())
	defer tr.mark(tr.id)
	call()
}

// checkGoroutines gives them a second: what was told to end may still be on its way.
func (tr *trial) checkGoroutines() {
	tr.Helper()
	left := ""
	if !during(soon, func() bool { left = tr.goroutines(); return left == "" }) {
		assert.Fail(tr, "goroutines of the connector are left", left)
	}
}

// goroutines returns the stacks of those that this trial has started, but for its own.
func (tr *trial) goroutines() string {
	var text, left strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&text, 1); err != nil {
		return err.Error()
	}
	for block := range strings.SplitSeq(text.String(), "\n\n") {
		if strings.Contains(block, fmt.Sprintf("%q:%q", label, tr.id)) && !strings.Contains(block, ".(*trial).goroutines+") {
			left.WriteString(block + "\n\n")
		}
	}
	return left.String()
}

// during asks until the answer is yes, or some time has passed in which the process had its turn: a machine with too much to do
// makes no connector slow.
func during(limit time.Duration, yes func() bool) bool {
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for range limit / tick {
		if yes() {
			return true
		}
		<-clock.C
	}
	return yes()
}

// promptly runs a call and fails the test where it takes longer than a second. The call goes on then.
func (tr *trial) promptly(what string, call func() error) error {
	tr.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	return tr.await(what, done)
}

// await counts ticks as during does.
func (tr *trial) await(what string, done <-chan error) error {
	tr.Helper()
	clock := time.NewTicker(tick)
	defer clock.Stop()
	for range soon / tick {
		select {
		case err := <-done:
			return tr.hear(err)
		case <-clock.C:
		}
	}
	require.FailNow(tr, what+" has not returned within "+soon.String())
	return nil
}

// cancelled runs a call whose context is cancelled after a moment, and fails the test where it takes longer than a second from there.
func (tr *trial) cancelled(what string, call func(ctx context.Context) error) error {
	tr.Helper()
	ctx, cancel := context.WithCancel(tr.Context())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call(ctx) }()
	select {
	case err := <-done:
		return tr.hear(err)
	case <-time.After(moment):
	}
	cancel()
	return tr.await(what, done)
}

// hear notes what an error says.
func (tr *trial) hear(err error) error {
	if err != nil {
		tr.mu.Lock()
		defer tr.mu.Unlock()
		tr.said = append(tr.said, err.Error())
	}
	return err
}

func (tr *trial) listen(logs *Logs) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.logs = append(tr.logs, logs)
}

func (tr *trial) connectorContext() *ConnectorContext {
	cc := &ConnectorContext{}
	tr.listen(&cc.Logs)
	return cc
}

func (tr *trial) sourceContext() *SourceContext {
	tc := &SourceContext{}
	tr.listen(&tc.Logs)
	return tc
}

// keep adds what must not be said: the passwords of a configuration, and other secrets.
func (tr *trial) keep(def connect.ConfigDef, props map[string]string, secrets ...string) {
	for i := range def {
		if def[i].Type == connect.PasswordType {
			secrets = append(secrets, props[def[i].Name])
		}
	}
	for _, secret := range secrets {
		if secret != "" {
			tr.secrets = append(tr.secrets, secret)
		}
	}
}

func (tr *trial) checkSecrets() {
	tr.Helper()
	tr.mu.Lock()
	defer tr.mu.Unlock()
	said := tr.said
	for _, logs := range tr.logs {
		said = append(said, logs.Text())
	}
	for _, text := range said {
		for _, secret := range tr.secrets {
			if strings.Contains(text, secret) {
				assert.Fail(tr, "a secret was said", "%q in %s", secret, text)
			}
		}
	}
}
