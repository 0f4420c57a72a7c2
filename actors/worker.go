// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/internal/configprovider"
	"github.com/longshore-io/connect/internal/kafkaconfig"
	"github.com/longshore-io/connect/internal/topiclog"
)

// worker is the root of the tree: it prepares what its children share, spawns them, and hands requests on. It is all that
// a host system spawns.
type worker struct {
	env     *environment
	connect func(ctx context.Context, env *environment) (*stores, error)

	waiting []letter // requests that came before the herder was there
	spawned bool
	stores  *stores
	failure error
	ctx     context.Context
	cancel  context.CancelFunc
}

// stores are where a worker keeps what must outlive it.
type stores struct {
	offsets    offsetStore
	clusterID  *string
	providers  *configprovider.Providers
	openConfig func(ctx context.Context, apply func(topiclog.Record)) (exclusiveTopic, error)
	openStatus func(ctx context.Context, apply func(topiclog.Record)) (topic, error)
	// lost gets the reason when others have taken over the group; nil for a worker without one.
	lost  <-chan error
	close func()
}

// cannotRun tells the worker of something that makes all its work impossible.
type cannotRun struct{ err error }

// WorkerProps returns the Props of a whole worker: spawn it, in a process of its own or under a host's actors, and talk to
// it with NewClient. Send it Drain before it is stopped; a plain stop cuts the work off, which loses nothing but repeats
// records. A worker that cannot run publishes WorkerFailed and stops itself. It touches none of its host's settings.
func WorkerProps(config Config, plugins *connect.Plugins, options ...Option) (*actor.Props, error) {
	if err := checkClasses(config, plugins); err != nil {
		return nil, err
	}
	var runtime Runtime
	for _, option := range options {
		option(&runtime)
	}
	runtime = runtime.withDefaults()
	open := connectToKafka
	if config.Standalone {
		open = connectStandalone
	}
	return props(func() actor.Actor {
		return &worker{connect: open, env: newEnvironment(config, plugins, runtime)}
	}, rebuild{}), nil
}

// checkClasses refuses classes that are not here before anything is started.
func checkClasses(config Config, plugins *connect.Plugins) error {
	var errs []error
	check := func(key, class string, typ connect.PluginType) {
		if _, err := plugins.Find(class, typ); err != nil {
			errs = append(errs, &connect.ConfigError{Key: key, Value: class, Reason: err.Error()})
		}
	}
	check("key.converter", config.KeyConverter.Class, connect.ConverterPlugin)
	check("value.converter", config.ValueConverter.Class, connect.ConverterPlugin)
	check("header.converter", config.HeaderConverter.Class, connect.HeaderConverterPlugin)
	if _, err := kafkaconfig.ParsePolicy(config.OverridePolicy); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, configprovider.Check(config.Raw, plugins))...)
}

// Receive implements actor.Actor.
func (w *worker) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		w.begin(c)
	case *actor.Stopping:
		w.cancel()
	case *actor.Stopped:
		w.end()
	case *actor.Terminated, rebuildYourself:
	case Drain:
		w.drain(c)
	case cannotRun:
		w.fail(c, m.err)
	case childFailed:
		w.fail(c, fmt.Errorf("actor %s fails again and again: %w", m.child.Id, m.err))
	case resumption:
		m(c)
	default:
		w.request(c)
	}
}

// bootLimit bounds what follows the first contact with Kafka: looking at the topics and making them.
const bootLimit = time.Minute

func (w *worker) begin(c actor.Context) {
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.env.addresses(c)
	opening(c, w.ctx, func(ctx context.Context) (*stores, error) {
		ctx, cancel := within(ctx, w.env.runtime.Clock, w.env.config.StartTimeout+bootLimit)
		defer cancel()
		return withProviders(ctx, w.env, w.connect)
	}, func(s *stores) { s.close() }, w.connected)
}

func (w *worker) connected(c actor.Context, stores *stores, err error) {
	if err != nil {
		w.fail(c, err)
		return
	}
	w.stores = stores
	w.env.store, w.env.providers = stores.offsets, stores.providers
	w.env.info = connect.WorkerInfo{Version: connect.KafkaVersion, Commit: w.env.runtime.Commit, KafkaClusterID: stores.clusterID}
	if !w.env.config.Standalone {
		system := c.ActorSystem()
		w.env.confirm = func(ctx context.Context) error {
			_, err := request(ctx, system, w.env.herder, confirmRights{})
			return err
		}
	}
	w.spawnChildren(c)
	w.watchGroup(c, stores.lost)
	for _, l := range w.waiting {
		c.RequestWithCustomSender(w.env.herder, l.message, l.sender)
	}
	w.waiting = nil
}

// watchGroup ends the worker when others have taken over its group: they run everything now.
func (w *worker) watchGroup(c actor.Context, lost <-chan error) {
	background(c, w.ctx, func(ctx context.Context) (error, error) {
		select {
		case err := <-lost:
			return err, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}, func(c actor.Context, reason, _ error) {
		if reason != nil {
			w.fail(c, reason)
		}
	})
}

func (w *worker) spawnChildren(c actor.Context) {
	env := w.env
	w.spawned = true
	// The herder is there before those who report to it: what is sent to a name without an actor is lost.
	spawn(c, props(func() actor.Actor { return newConnectors(env) }, rebuild{}), "connectors")
	spawn(c, props(func() actor.Actor { return &herder{env: env} }, stopAndTell{}), "herder")
	if !env.config.Standalone {
		spawn(c, props(func() actor.Actor { return &gateway{env: env} }, stopAndTell{}), "gateway")
		spawn(c, props(func() actor.Actor { return &members{env: env} }, stopAndTell{}), "members")
	}
	spawn(c, props(func() actor.Actor { return &statuslog{env: env, open: w.stores.openStatus} }, stopAndTell{}), "statuslog")
	spawn(c, props(func() actor.Actor { return &configlog{env: env, open: w.stores.openConfig} }, stopAndTell{}), "configlog")
}

// request hands a message to the herder, with its asker.
func (w *worker) request(c actor.Context) {
	switch {
	case w.failure != nil:
		c.Respond(Reply{Err: fmt.Errorf("the worker cannot run: %w", w.failure)})
	case w.spawned:
		c.Forward(w.env.herder)
	default:
		if _, ok := c.Message().(GetHealth); ok {
			c.Respond(Reply{Value: HealthReport{connect.Starting, "Worker is still starting up. It is connecting to Kafka."}})
			return
		}
		w.waiting = append(w.waiting, letter{c.Message(), c.Sender()})
	}
}

// fail publishes why and stops the worker. It never escalates: a host's guardian would end the whole process.
func (w *worker) fail(c actor.Context, err error) {
	if w.failure != nil {
		return
	}
	w.failure = err
	// First, so that whoever hears the answers below and looks for the reason finds it.
	c.ActorSystem().EventStream.Publish(WorkerFailed{err})
	for _, l := range w.waiting {
		c.Send(l.sender, Reply{Err: err})
	}
	c.Stop(c.Self())
}

// drain stops all work, and then closes what it was kept in, when the last statuses are written.
func (w *worker) drain(c actor.Context) {
	asker := c.Sender()
	if !w.spawned || w.stores == nil { // nothing runs, or it is being drained
		c.Respond(Reply{})
		return
	}
	system, env, stores := c.ActorSystem(), w.env, w.stores
	w.stores = nil
	background(c, w.ctx, func(ctx context.Context) (struct{}, error) {
		defer stores.close()
		left := w.leave(ctx, system)
		system.Root.Send(env.herder, stopAssigning{})
		// The statuses are written, and the logs closed, also where a connector did not stop in time.
		return struct{}{}, errors.Join(left,
			step(ctx, env, system, env.connectors, drain{leave: env.config.Standalone}, env.config.TaskShutdownGracefulTimeout+3*env.config.OffsetFlushTimeout),
			env.own.settle(ctx, env),
			step(ctx, env, system, env.statuslog, finishLog{}, env.config.OffsetFlushTimeout),
			step(ctx, env, system, env.configlog, finishLog{}, env.config.OffsetFlushTimeout),
			w.part(ctx, system))
	}, func(c actor.Context, _ struct{}, err error) { c.Send(asker, Reply{Err: err}) })
}

// leave hands the work over to the other workers of the cluster.
func (w *worker) leave(ctx context.Context, system *actor.ActorSystem) error {
	if w.env.config.Standalone {
		return nil
	}
	return step(ctx, w.env, system, w.env.herder, leaveCluster{}, w.env.config.leaveLimit())
}

// part has the others forget this worker, when all that it had to tell is in Kafka.
func (w *worker) part(ctx context.Context, system *actor.ActorSystem) error {
	if w.env.config.Standalone {
		return nil
	}
	return step(ctx, w.env, system, w.env.members, partFrom{}, partLimit)
}

// step has a child do its part of a drain within a limit.
func step(ctx context.Context, env *environment, system *actor.ActorSystem, child *actor.PID, message any, limit time.Duration) error {
	ctx, cancel := within(ctx, env.runtime.Clock, limit)
	defer cancel()
	if _, err := request(ctx, system, child, message); err != nil {
		return fmt.Errorf("stop %s: %w", child.Id, err)
	}
	return nil
}

// end closes what the children used, when all of them have stopped without a drain.
func (w *worker) end() {
	if w.stores != nil {
		go w.stores.close() // may wait for a broker
	}
}

func newEnvironment(config Config, plugins *connect.Plugins, runtime Runtime) *environment {
	return &environment{boot: newBoot(runtime), lease: leaseOf(config, runtime), config: config, runtime: runtime, plugins: plugins, log: runtime.Log.With(connect.LoggerAttr, connect.RuntimeLogger), meters: runtime.Meters,
		pool: poolOf(runtime), buffers: budgetOf(config, runtime), statuses: newStatusCache()}
}

func newBoot(runtime Runtime) generation.Boot {
	name := make([]byte, 12)
	if _, err := io.ReadFull(runtime.Entropy, name); err != nil {
		panic(fmt.Errorf("name this process: %w", err))
	}
	return generation.Boot(hex.EncodeToString(name))
}

// leaseOf is what a worker of a cluster works under; a standalone one has none.
func leaseOf(config Config, runtime Runtime) *lease {
	if config.Standalone {
		return nil
	}
	return newLease(runtime.Instant, config.Cluster.Timers.Stall)
}
