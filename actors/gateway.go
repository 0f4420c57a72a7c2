// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clustergateway "github.com/longshore-io/connect/cluster/gateway"
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
	"github.com/longshore-io/connect/internal/clock"
)

// gateway is the door for messages of other workers, and the way to theirs. What comes in goes to the herder as a message, and
// its reply goes back.
type gateway struct {
	env     *environment
	door    atomic.Pointer[clustergateway.Gateway]
	carried int64 // commands, which have their number in their ids
	ctx     context.Context
	cancel  context.CancelFunc
}

// The messages of the gateway.
type (
	// openDoor has it listen, with the cluster's keys. It is answered with a Reply whose value is the address.
	openDoor struct{ keys [][]byte }
	// newKeys are keys that replace the former.
	newKeys struct{ keys [][]byte }
	// carry has a command carried out by the worker whose it is, and is answered as that one answers.
	carry struct{ command timed }
	// tellPresence sends this worker's presence. Nobody hears whether it has arrived.
	tellPresence struct {
		worker   string
		presence generation.Presence
	}
	// knock looks whether a process still listens.
	knock struct {
		process plan.Process
		rpc     string
	}
)

// presenceKind is the kind of envelopes with a worker's presence; those of commands are in the table of wire.go.
const presenceKind = "presence"

// Receive implements actor.Actor.
func (g *gateway) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		g.ctx, g.cancel = context.WithCancel(context.Background())
	case *actor.Stopping:
		g.cancel()
		g.shut()
	case openDoor:
		g.open(c, m.keys)
	case newKeys:
		g.rotate(m.keys)
	case carry:
		g.carry(c, m.command)
	case tellPresence:
		g.tell(c, m)
	case knock:
		g.knock(c, m)
	case resumption:
		m(c)
	}
}

func (g *gateway) open(c actor.Context, keys [][]byte) {
	asker, system := c.Sender(), c.ActorSystem()
	config := g.env.config.Cluster
	opening(c, g.ctx, func(context.Context) (*clustergateway.Gateway, error) {
		return clustergateway.Listen(clustergateway.Options{
			Worker: g.env.runtime.WorkerID, Boot: g.env.boot, Bind: g.env.bound(config.GatewayBind), Advertise: g.env.advertised(), Keys: keys, TLS: config.TLS,
			Kinds: append(wireKinds(), presenceKind), Clock: g.env.runtime.Clock, Log: g.env.log,
			Handle: func(ctx context.Context, e clustergateway.Envelope) (json.RawMessage, error) {
				return g.env.handle(ctx, system, e)
			},
		})
	}, func(door *clustergateway.Gateway) { closeDoor(g.env.runtime.Clock, door) }, func(c actor.Context, door *clustergateway.Gateway, err error) {
		if err != nil {
			c.Send(asker, Reply{Err: err})
			return
		}
		g.door.Store(door)
		c.Send(asker, Reply{Value: door.Addr()})
	})
}

// doorLimit is how long calls that are under way may take when the gateway is closed.
const doorLimit = time.Second

func closeDoor(clock clock.Clock, door *clustergateway.Gateway) {
	ctx, cancel := within(context.Background(), clock, doorLimit)
	defer cancel()
	door.Close(ctx)
}

func (g *gateway) shut() {
	if door := g.door.Load(); door != nil {
		go closeDoor(g.env.runtime.Clock, door)
	}
}

func (g *gateway) rotate(keys [][]byte) {
	if door := g.door.Load(); door != nil {
		door.SetKeys(keys)
	}
}

// handle is what other workers ask, on a goroutine of the gateway's.
func (e *environment) handle(ctx context.Context, system *actor.ActorSystem, envelope clustergateway.Envelope) (json.RawMessage, error) {
	if envelope.Kind == presenceKind {
		var presence generation.Presence
		if err := json.Unmarshal(envelope.Body, &presence); err != nil {
			return nil, fmt.Errorf("read the presence of worker %s: %w", envelope.From, err)
		}
		system.Root.Send(e.herder, presenceCame{presence})
		return nil, nil
	}
	message, err := decodeMessage(envelope.Kind, envelope.Body, time.UnixMilli(envelope.Deadline))
	if err != nil {
		return nil, err
	}
	value, err := request(ctx, system, e.herder, here{message})
	if errors.Is(err, errMoved) || errors.Is(err, errNotHere) {
		return nil, &clustergateway.Failure{Name: connect.Conflict.String(), Text: err.Error(), Refused: clustergateway.Elsewhere}
	}
	return encodeReply(Reply{value, err})
}

// routePause is the time between the first two looks at who carries a command out, while nobody does, and routePauseMost that between
// later ones: many may wait at the same time, and what a worker refuses because it is busy must not keep it so.
const (
	routePause     = 20 * time.Millisecond
	routePauseMost = 16 * routePause
)

// routeDelay is the pause after an attempt, less up to a quarter by random (a number in [0,1)).
func routeDelay(attempt int, random float64) time.Duration {
	delay := min(routePause<<min(attempt, 8), routePauseMost)
	return delay - time.Duration(random*float64(delay)/4)
}

// carry asks the worker whose the command is, and the next one where it has moved meanwhile. One that died with the command may
// have carried it out: all of them can be carried out twice, and what the second time finds done is done.
func (g *gateway) carry(c actor.Context, m timed) {
	asker, system, clock := c.Sender(), c.ActorSystem(), g.env.runtime.Clock
	g.carried++
	id := fmt.Sprintf("%s-%d", g.env.boot, g.carried)
	background(c, g.ctx, func(ctx context.Context) (any, error) {
		ctx, cancel := within(ctx, clock, m.due().Sub(clock.Now()))
		defer cancel()
		maybe := false // an attempt before may have carried it out
		for attempt := 0; ; attempt++ {
			value, err := g.attempt(ctx, system, m, id)
			switch {
			case err != nil && ctx.Err() != nil:
				return nil, errTimedOut()
			case maybeDelivered(err):
				maybe = true
			case !again(err):
				if maybe {
					return g.env.asDoneBefore(ctx, system, m, value, err)
				}
				return value, err
			}
			_ = clock.Sleep(ctx, routeDelay(attempt, g.env.runtime.Random())) // its end is looked at after the next attempt
		}
	}, func(c actor.Context, value any, err error) { c.Send(asker, Reply{value, err}) })
}

// again says that a command was certainly not carried out, since it went to a worker that it does not belong to any more.
func again(err error) bool {
	var failure *clustergateway.Failure
	var unreachable *clustergateway.Unreachable
	switch {
	case errors.Is(err, errMoved), errors.Is(err, errNotHere):
		return true
	case errors.As(err, &failure):
		return failure.Refused == clustergateway.Elsewhere || failure.Refused == clustergateway.Busy
	case errors.As(err, &unreachable):
		return unreachable.Delivered == clustergateway.NotDelivered
	}
	return false
}

func maybeDelivered(err error) bool {
	var unreachable *clustergateway.Unreachable
	return errors.As(err, &unreachable) && unreachable.Delivered == clustergateway.MaybeDelivered
}

// asDoneBefore is the answer to a command that another worker may have carried out before it died: what it was to remove is gone, and
// what it was to create is there.
func (e *environment) asDoneBefore(ctx context.Context, system *actor.ActorSystem, m timed, value any, err error) (any, error) {
	switch m := m.(type) {
	case DeleteConnector:
		if err != nil && connect.Classify(err) == connect.NotFound {
			return nil, nil
		}
	case CreateConnector:
		if err == nil || connect.Classify(err) != connect.Exists {
			break
		}
		// The worker that says so may have read more of the config topic than this one.
		unread := e.confirmed(ctx)
		info, unknown := request(ctx, system, e.herder, GetConnector{m.Name})
		if unread == nil && unknown == nil && info.(connect.ConnectorInfo).Config.Equal(m.Config) {
			return info, nil
		}
	}
	return value, err
}

// attempt carries a command out here, or has the worker do so that it belongs to by now. It may come before the door is open.
func (g *gateway) attempt(ctx context.Context, system *actor.ActorSystem, m timed, id string) (any, error) {
	agreed := g.env.agreed.Load()
	to, _ := destinationOf(m)
	worker := to.worker(agreed, g.env.runtime.WorkerID)
	if worker == g.env.runtime.WorkerID {
		return request(ctx, system, g.env.herder, here{m})
	}
	address := ""
	if agreed != nil {
		address = agreed.rpc[worker]
	}
	door := g.door.Load()
	if worker == "" || address == "" || door == nil {
		return nil, errMoved
	}
	kind, body, err := encodeMessage(m)
	if err != nil {
		return nil, err
	}
	reply, err := door.Call(ctx, address, clustergateway.Envelope{Kind: kind, To: worker, ID: id, Generation: agreed.state.Number,
		Deadline: m.due().UnixMilli(), Body: body})
	if again(err) {
		return nil, err
	}
	answer := decodeReply(kind, reply, err)
	return answer.Value, answer.Err
}

// tell sends a presence, as far as that works.
func (g *gateway) tell(c actor.Context, m tellPresence) {
	agreed, door := g.env.agreed.Load(), g.door.Load()
	if agreed == nil || door == nil || agreed.rpc[m.worker] == "" {
		return
	}
	body, err := json.Marshal(m.presence)
	if err != nil {
		g.env.log.Error("this worker's presence cannot be written; this is a bug", "error", err)
		return
	}
	background(c, g.ctx, func(ctx context.Context) (struct{}, error) {
		ctx, cancel := within(ctx, g.env.runtime.Clock, g.env.config.Cluster.Timers.AckRepeat)
		defer cancel()
		_, err := door.Call(ctx, agreed.rpc[m.worker], clustergateway.Envelope{Kind: presenceKind, To: m.worker, Body: body})
		return struct{}{}, err
	}, func(_ actor.Context, _ struct{}, err error) {
		if err != nil {
			g.env.log.Debug("a worker was not told what this one holds", "worker", m.worker, "error", err)
		}
	})
}

func (g *gateway) knock(c actor.Context, m knock) {
	door := g.door.Load()
	if door == nil || m.rpc == "" {
		return
	}
	background(c, g.ctx, func(ctx context.Context) (bool, error) {
		ctx, cancel := within(ctx, g.env.runtime.Clock, g.env.config.Cluster.Timers.RollCall)
		defer cancel()
		return door.Knock(ctx, m.rpc), nil
	}, func(c actor.Context, refused bool, _ error) {
		if refused {
			c.Send(g.env.herder, portRefused{m.process})
		}
	})
}
