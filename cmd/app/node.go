// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
	"github.com/longshore-io/connect/rest"
)

// node is a worker as a process has it: an actor system with the worker as its only actor at the top, and the REST API.
type node struct {
	config actors.Config
	log    *slog.Logger
	server *rest.Server
	system *actor.ActorSystem
	worker *actor.PID
	client *actors.Client
	meters *actors.Meters
	// broken gets the reason for which the worker cannot go on; only the first counts.
	broken chan error
	served chan struct{}
	ready  atomic.Bool
}

// front is the REST API before there is a worker behind it, with the counts that its metrics show.
type front struct {
	*rest.Server
	meters *actors.Meters
}

// listen opens the REST listeners. That comes first: the worker's id has the port in it, and a port in use is to be known
// before anything else is touched.
func listen(ctx context.Context, config actors.Config, log *slog.Logger) (*front, error) {
	cfg, warnings, errs := restConfig(config)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, text := range warnings {
		log.Warn(text) //nolint:sloglint // a whole sentence, with what it is about
	}
	cfg.Log = log.With(connect.LoggerAttr, connect.RESTLogger)
	meters := &actors.Meters{}
	cfg.Metrics = metricsHandler(meters, cfg.Log)
	server, err := rest.Listen(ctx, cfg)
	if err != nil {
		return nil, err
	}
	for _, bound := range server.AdminBound() {
		log.Info("admin API has a listener of its own", "url", bound.String())
	}
	return &front{server, meters}, nil
}

// startNode spawns the worker and serves REST. It takes over the server.
func startNode(ctx context.Context, server *front, config actors.Config, plugins *connect.Plugins, log *slog.Logger) (*node, error) {
	url := rest.AdvertisedURL(server.Bound(),
		rest.Advertised{Scheme: config.Advertised.Listener, Host: config.Advertised.Host, Port: config.Advertised.Port}, rest.LocalAddress(ctx))
	_, commit := build()
	props, err := actors.WorkerProps(config, plugins, actors.WithRuntime(actors.Runtime{Log: log, Loggers: loggersOf(log), WorkerID: url.Host, URL: url.String(), Commit: commit, Meters: server.meters}))
	if err != nil {
		return nil, errors.Join(err, server.Shutdown(ctx))
	}
	n := &node{config: config, log: log, server: server.Server, system: newActorSystem(log), meters: server.meters,
		broken: make(chan error, 1), served: make(chan struct{})}
	n.system.EventStream.Subscribe(func(event any) {
		if failed, ok := event.(actors.WorkerFailed); ok {
			n.breakWith(failed.Err)
		}
	})
	n.worker = n.system.Root.SpawnPrefix(props.Configure(actor.WithGuardian(&stopWorker{n})), "worker")
	n.client = actors.NewClient(n.system.Root, n.worker)
	go n.serve()
	log.Info("worker starts", "worker", url.Host, "rest", url.String(), "bootstrap.servers", config.BootstrapServers)
	return n, nil
}

func (n *node) serve() {
	defer close(n.served)
	if err := n.server.Serve(herder{n.client, &n.ready}); err != nil {
		n.breakWith(err)
	}
}

func (n *node) breakWith(err error) {
	select {
	case n.broken <- err:
	default: // the first reason is the one that counts
	}
}

// herder is the worker as REST sees it: not healthy before everything is there that it was started with.
type herder struct {
	*actors.Client
	ready *atomic.Bool
}

// Health says that the worker starts for as long as it does.
func (h herder) Health(ctx context.Context) (connect.Health, string, error) {
	health, text, err := h.Client.Health(ctx)
	if err == nil && health == connect.Healthy && !h.ready.Load() {
		return connect.Starting, "", nil
	}
	return health, text, err
}

// stopWorker is the strategy above the worker. To restart it would stop all tasks and hide a bug, and to escalate would be
// a panic in the guardian.
type stopWorker struct{ node *node }

// HandleFailure implements actor.SupervisorStrategy.
func (s *stopWorker) HandleFailure(_ *actor.ActorSystem, supervisor actor.Supervisor, child *actor.PID, _ *actor.RestartStatistics, reason, _ any) {
	s.node.breakWith(fmt.Errorf("the worker's root actor has failed; this is a bug: %v", reason))
	supervisor.StopChildren(child)
}

const (
	// drainMargin is what a drain may take beyond the waits that the configuration allows.
	drainMargin = 5 * time.Second
	// serveMargin is how long REST calls may take that came before the end.
	serveMargin = 3 * time.Second
)

// drain stops all work gracefully.
func (n *node) drain() error {
	ctx, cancel := context.WithTimeout(context.Background(), n.config.DrainLimit()+drainMargin)
	defer cancel()
	if err := n.client.Drain(ctx); err != nil {
		return fmt.Errorf("stop gracefully: %w", err)
	}
	return nil
}

// close ends the worker actor and the REST API, in this order: calls are answered for as long as anybody can.
func (n *node) close() error {
	var errs []error
	if err := n.system.Root.StopFuture(n.worker).Wait(); err != nil {
		errs = append(errs, fmt.Errorf("wait for the worker's end: %w", err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), serveMargin)
	defer cancel()
	if err := n.server.Shutdown(ctx); err != nil {
		n.log.Debug("REST calls were cut off", "error", err)
	}
	<-n.served
	n.system.Shutdown()
	return errors.Join(errs...)
}
