// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/budget"
	"github.com/longshore-io/connect/actors/stage"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/configprovider"
	"github.com/longshore-io/connect/internal/kafkaconfig"
)

// environment is what the actors of one worker share. It does not change once the worker has started.
type environment struct {
	config  Config
	runtime Runtime
	plugins *connect.Plugins
	log     *slog.Logger
	pool    *kafkaconfig.Pool
	meters  *Meters
	// buffers bound the bytes of records that tasks hold.
	buffers *budget.Worker
	// statuses is what the status topic says; statuslog fills it and anybody may read it.
	statuses *statusCache
	// store, info and providers are there before any child is.
	store     offsetStore
	info      connect.WorkerInfo
	providers *configprovider.Providers
	// own are the offset stores of connectors with an offsets topic of their own; turns keep tasks and changes of offsets apart.
	own   ownTopics
	turns turns
	// fencing writes the offsets of store, nil where they are in a file; confirm reads the config topic to its end and returns when the
	// gates of what this worker has lost are shut, nil where there is nothing to lose.
	fencing *fencing
	confirm func(ctx context.Context) error
	// lease is until when this worker may work, nil for as long as it likes; gates are those of the lives that it has.
	lease *lease
	gates gates

	// boot tells this process of the worker from the next. agreed is what the workers of the cluster have agreed on, nil before that
	// is known and on a standalone worker.
	boot   generation.Boot
	agreed atomic.Pointer[agreement]

	// The worker's children by name. A message to one that is being rebuilt waits in its mailbox.
	configlog, statuslog, herder, connectors, members, gateway *actor.PID
}

// slowStep is how long a step of the start may take without a word about it.
const slowStep = time.Second

// noteSlow says which step of the start took long: it usually waits for something in Kafka that others have left behind.
func (e *environment) noteSlow(step string, begun time.Time) {
	if took := e.runtime.Clock.Now().Sub(begun); took >= slowStep {
		e.log.Info("a step of the start took long", "step", step, "took", took)
	}
}

// stageConfig is what transforms and converters of a task are made from.
func (e *environment) stageConfig(id connect.TaskID, props map[string]string, log *slog.Logger) stage.Config {
	return stage.Config{
		Plugins: e.plugins,
		Props:   props,
		Worker:  e.config.converters(),
		Task:    id,
		Clock:   e.runtime.Clock,
		Rand:    e.runtime.Random,
		Log:     log,

		Counters: &e.meters.of(id).errors,
	}
}
