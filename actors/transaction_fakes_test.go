// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/clock"
	"github.com/longshore-io/connect/internal/topiclog"
	"github.com/longshore-io/connect/offsets"
)

// visible is what read-committed readers see of transactions: the values of records, and the offset that was stored last.
type visible struct {
	mu           sync.Mutex
	transactions [][]string
	stored       int64
	ends         []kgo.TransactionEndTry
}

func (v *visible) all() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var all []string
	for _, values := range v.transactions {
		all = append(all, values...)
	}
	return all
}

// txnKafka is a transactional client on one Kafka. What it is told to fail with counts from then on.
type txnKafka struct {
	*visible
	begun   bool
	values  []string
	offset  int64
	waiting []func(error)
	slow    bool  // records are acknowledged by Flush
	refuse  error // produce fails
	atEnd   error // EndTransaction fails
	unsaid  error // so it does, and has done its work
	unfiled int   // so often a partition is not known to the client, for which a transaction without known partitions is none
	left    []string
	changed chan struct{}
	taken   func()       // called with each record; nil for nothing
	ended   func() error // called with each end; nil for nothing
}

func newTxnKafka() *txnKafka {
	return &txnKafka{visible: &visible{stored: -1}, changed: make(chan struct{}, 100)}
}

func (k *txnKafka) BeginTransaction() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.begun {
		return errors.New("a transaction is open")
	}
	k.begun, k.values, k.offset = true, k.left, -1
	k.left = nil
	return nil
}

func (k *txnKafka) Produce(_ context.Context, r *kgo.Record, promise func(*kgo.Record, error)) {
	if k.taken != nil {
		k.taken()
	}
	k.mu.Lock()
	deliver := func(err error) { promise(r, err) }
	switch {
	case !k.begun:
		err := errors.New("no transaction is open")
		deliver = func(error) { promise(r, err) }
	case r.Topic == "offsets":
		var of struct{ N int64 }
		_ = json.Unmarshal(r.Value, &of)
		k.offset = of.N
	default:
		k.values = append(k.values, string(r.Value))
	}
	refuse := k.refuse
	if k.slow && refuse == nil {
		k.waiting = append(k.waiting, deliver)
		k.mu.Unlock()
		return
	}
	k.mu.Unlock()
	deliver(refuse)
}

func (k *txnKafka) Flush(context.Context) error { return k.land(nil) }

func (k *txnKafka) land(err error) error {
	k.mu.Lock()
	waiting := k.waiting
	k.waiting = nil
	k.mu.Unlock()
	for _, deliver := range waiting {
		deliver(err)
	}
	return nil
}

func (k *txnKafka) AbortBufferedRecords(context.Context) error { return k.land(kgo.ErrAborting) }

func (k *txnKafka) EndTransaction(_ context.Context, commit kgo.TransactionEndTry) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ended != nil {
		if err := k.ended(); err != nil {
			return err
		}
	}
	if k.atEnd != nil {
		return k.atEnd
	}
	if !k.begun {
		return errors.New("no transaction is open")
	}
	k.begun = false
	if k.unfiled > 0 {
		k.left = k.values
		return nil
	}
	k.ends = append(k.ends, commit)
	if commit {
		k.transactions = append(k.transactions, k.values)
		if k.offset >= 0 {
			k.stored = k.offset
		}
	}
	select {
	case k.changed <- struct{}{}:
	default:
	}
	return k.unsaid
}

func (k *txnKafka) PartitionLeader(string, int32) (int32, int32, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.unfiled > 0 {
		k.unfiled--
		return -1, -1, nil
	}
	return 1, 1, nil
}

func (k *txnKafka) fail(produce, end error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refuse, k.atEnd = produce, end
}

// noLog is the offsets topic of a store that is only asked for records.
type noLog struct{}

func (noLog) PutBatch(context.Context, []topiclog.Record) error { return nil }
func (noLog) ReadToEnd(context.Context) error                   { return nil }

// exactPump is a pump with transactions, whose life ends in done.
type exactPump struct {
	*sourcePump
	kafka *txnKafka
	end   context.CancelCauseFunc
	done  chan error
}

func newExactPump(t require.TestingT, task connect.SourceTask, kafka *txnKafka, boundary map[string]string, lease *lease) *exactPump {
	store, err := offsets.OpenTopic(slog.New(slog.DiscardHandler), func(func(topiclog.Record)) (offsets.Log, error) { return noLog{}, nil })
	require.NoError(t, err)
	boundaries, err := boundariesOf(boundary, time.Minute)
	require.NoError(t, err)
	p := &sourcePump{task: task, stage: stringStage(t), producer: kafka, ledger: offsets.NewLedger(), gate: newGate(gateOpen, lease), budget: plenty(),
		meter: newMeter(), linger: time.Second, clock: clock.System{}, random: func() float64 { return 0 }, log: slog.New(slog.DiscardHandler)}
	p.commits = newHeldCommits(task, p.log)
	p.exactly = &transaction{id: connect.TaskID{Connector: "c"}, client: kafka, store: store, topic: "offsets", boundaries: boundaries,
		timeout: time.Minute, clock: p.clock, log: p.log, pump: p}
	return &exactPump{sourcePump: p, kafka: kafka, done: make(chan error, 1)}
}

// start begins a life, with the end that a run gives it.
func (p *exactPump) start() {
	ctx, end := context.WithCancelCause(context.Background())
	p.fail, p.end = end, end
	go func() {
		err := p.run(ctx)
		run := &sourceRun{lifeOf: lifeOf{log: p.log, gate: p.gate, env: &environment{runtime: Runtime{Clock: p.clock}}}, pump: p.sourcePump}
		run.env.config.TaskShutdownGracefulTimeout = 5 * time.Second
		run.endTransaction(context.Background(), err)
		end(nil)
		p.done <- err
	}()
}

func (p *exactPump) stop() error {
	p.end(errEnded)
	return <-p.done
}

func runExactly(t *testing.T, task connect.SourceTask, boundary ...string) *exactPump {
	t.Helper()
	p := newExactPump(t, task, newTxnKafka(), boundaryProps(boundary...), nil)
	p.start()
	return p
}

func boundaryProps(boundary ...string) map[string]string {
	props := map[string]string{}
	for i, key := range []string{"transaction.boundary", "transaction.boundary.interval.ms"} {
		if i < len(boundary) {
			props[key] = boundary[i]
		}
	}
	return props
}
