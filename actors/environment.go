// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"log/slog"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/stage"
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
	// statuses is what the status topic says; statuslog fills it and anybody may read it.
	statuses *statusCache
	// store, info and providers are there before any child is.
	store     offsetStore
	info      connect.WorkerInfo
	providers *configprovider.Providers
	// own are the offset stores of connectors with an offsets topic of their own; turns keep tasks and changes of offsets apart.
	own   ownTopics
	turns turns

	// The worker's children by name. A message to one that is being rebuilt waits in its mailbox.
	configlog, statuslog, herder, connectors *actor.PID
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
	}
}
