// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"maps"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

// herder knows what shall run, answers questions about it from memory, and turns commands into records of the config
// topic. What a record asks for is done when it is read back, never before. In a cluster it runs its worker's part of the
// protocol by which the workers agree on who runs what.
type herder struct {
	env *environment

	state       clusterlog.State
	configured  bool // the config topic was read to its end
	statusKnown bool // the status topic was
	draining    bool
	seat        *seat                    // this worker's in its cluster; nil for a standalone one
	assigned    map[string]*assignment   // what connectors was told last; nil where it is to be told everything
	changed     map[string]bool          // connectors to be looked at before it is told more
	waiting     []letter                 // requests that came before both
	planWaiters map[string][]*planWaiter // by connector
	fencings    map[fencingOf]*fencingRound
	writes      writes
	ctx         context.Context
	cancel      context.CancelFunc
}

// letter is a message that is answered later.
type letter struct {
	message any
	sender  *actor.PID
}

// The messages of the herder from other actors of the worker, apart from those of its seat.
type (
	// unitGone says that this worker runs a unit no more, or that it was given up while user code still occupies it.
	unitGone struct {
		id       unitID
		since    int64
		occupied bool
	}
	// assignAgain asks for assignAll.
	assignAgain struct{}
	// stopAssigning is the first step of a drain.
	stopAssigning struct{}
	// here carries out a command that was found to be this worker's to carry out. It is answered with errMoved where it is not.
	here struct{ command any }
)

// Receive implements actor.Actor.
func (h *herder) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *actor.Started:
		h.start()
	case *actor.Stopping:
		h.cancel()
	case configChanged:
		if news, untaken := m.follower.take(); untaken {
			h.follow(c, news)
		}
	case statusesRead:
		h.statusKnown = true
		h.begin(c)
	case here:
		h.carryOutHere(c, m.command)
	case putTaskConfigs, fenceZombies:
		h.route(c, m)
	case connectorFailed:
		h.planFailed(c, m.name)
	case unitGone:
		h.forgetStatus(c, m.id)
	case assignAgain:
		h.assigned = nil
		h.assign(c)
	case rebuildYourself:
		h.rebuild(c)
	case stopAssigning:
		h.draining = true
	case GetHealth:
		h.health(c)
	case resumption:
		m(c)
	case seatMessage:
		h.seat.receive(c, m)
	default:
		h.request(c, m)
	}
}

func (h *herder) start() {
	h.ctx, h.cancel = context.WithCancel(context.Background())
	if !h.env.config.Standalone {
		h.seat = newSeat(h)
	}
}

// rebuild goes on after a bug of ours. What a seat was carrying out then may be lost, and others may wait for it for ever: the
// worker ends, and they take its work over.
func (h *herder) rebuild(c actor.Context) {
	if h.seat != nil {
		c.Send(c.Parent(), cannotRun{errors.New("the worker's part in its cluster has failed; this is a bug, and the log says more")})
		return
	}
	h.assigned = nil
	h.assign(c)
}

// request answers what comes from outside, once there is something to answer from.
func (h *herder) request(c actor.Context, m any) {
	if !h.ready() {
		h.waiting = append(h.waiting, letter{m, c.Sender()})
		return
	}
	if timed, ok := m.(timed); ok && h.env.late(timed.due()) {
		c.Respond(Reply{Err: errTimedOut()})
		return
	}
	if !h.read(c, m) {
		h.route(c, m)
	}
}

func (h *herder) ready() bool { return h.configured && h.statusKnown }

func (h *herder) health(c actor.Context) {
	report := HealthReport{connect.Healthy, "Worker has completed startup and is ready to handle requests."}
	switch {
	case !h.ready():
		report = HealthReport{connect.Starting, "Worker is still starting up."}
	case h.seat != nil && !h.seat.agreed():
		report = HealthReport{connect.Starting, "Worker is still starting up. It is waiting for the workers of its group to agree on a leader."}
	}
	c.Respond(Reply{Value: report})
}

// begin answers those who have waited, when both topics are read.
func (h *herder) begin(c actor.Context) {
	if !h.ready() {
		return
	}
	if h.seat == nil {
		h.assign(c)
		h.forgetStrangers(c)
	} else {
		h.seat.meet(c)
	}
	for _, l := range h.waiting {
		c.RequestWithCustomSender(c.Self(), l.message, l.sender)
	}
	h.waiting = nil
}

// follow takes a new state of the config topic and does what its records ask for.
func (h *herder) follow(c actor.Context, m configNews) {
	h.adopt(m.state)
	if h.seat != nil {
		h.seat.read(c, m.own)
	}
	if !h.configured {
		h.configured = true
		h.begin(c)
	}
	if len(m.events) > 0 {
		h.noteChanges(m.events)
		h.assign(c)
		h.reviewPlans(c)
	}
	for _, event := range m.events {
		switch event := event.(type) {
		case clusterlog.RestartRequested:
			h.carryOutRestart(c, event.Request)
		case clusterlog.LoggerLevelSet:
			h.applyLevel(event)
		}
	}
}

// adopt never goes back: the answer to a write may come before or after the news of it.
func (h *herder) adopt(state clusterlog.State) {
	if !h.configured || state.Position() >= h.state.Position() {
		h.state = state
	}
}

// noteChanges notes which connectors events are about.
func (h *herder) noteChanges(events []clusterlog.Event) {
	for _, event := range events {
		switch event := event.(type) {
		case clusterlog.ConnectorConfigured:
			h.consider(event.Name)
		case clusterlog.ConnectorRemoved:
			h.consider(event.Name)
		case clusterlog.TasksCommitted:
			h.consider(event.Name)
		case clusterlog.TargetChanged:
			h.consider(event.Name)
		}
	}
}

// consider has assign look at a connector.
func (h *herder) consider(name string) {
	if h.changed == nil {
		h.changed = map[string]bool{}
	}
	h.changed[name] = true
}

// assign tells what shall run here: in a cluster, what was granted to this worker of what is configured. It looks only at connectors
// of which something has changed, as most news are about a few of many.
func (h *herder) assign(c actor.Context) {
	if !h.ready() || h.draining {
		return
	}
	if h.seat != nil {
		for name := range h.seat.touched {
			h.consider(name)
		}
	}
	if h.assigned == nil {
		h.assignEverything(c)
	} else {
		h.assignChanges(c)
	}
	clear(h.changed)
	if h.seat != nil {
		clear(h.seat.touched)
	}
}

func (h *herder) assignEverything(c actor.Context) {
	h.assigned = map[string]*assignment{}
	for connector := range h.state.All() {
		if next := h.assignment(connector); next != nil {
			h.assigned[connector.Name] = next
		}
	}
	c.Send(h.env.connectors, assignAll{maps.Clone(h.assigned)})
}

func (h *herder) assignChanges(c actor.Context) {
	changes := map[string]*assignment{}
	for name := range h.changed {
		var next *assignment
		if connector, exists := h.state.Connector(name); exists {
			next = h.assignment(connector)
		}
		if next == h.assigned[name] {
			continue
		}
		changes[name] = next
		if h.assigned[name] = next; next == nil {
			delete(h.assigned, name)
		}
	}
	if len(changes) > 0 {
		c.Send(h.env.connectors, assignSome{changes})
	}
}

// assignment is what of a connector runs here, nil for nothing, and the old one where that is the same: so that connectors sees at
// once what is new.
func (h *herder) assignment(connector clusterlog.Connector) *assignment {
	old := h.assigned[connector.Name]
	if h.seat != nil && !h.seat.runs(connector.Name) {
		return nil
	}
	if old != nil && old.of(connector) && (h.seat == nil || !h.seat.touched[connector.Name]) {
		return old
	}
	next := &assignment{
		name: connector.Name, target: connector.Target,
		config: connector.Config, instance: version(connector.ConfigOffset),
		tasks: connector.Tasks, applied: connector.AppliedConfig, taskSet: version(connector.TaskGeneration),
	}
	if h.seat != nil {
		h.seat.limit(next)
	}
	return next
}

// of says whether an assignment is that of a connector as it is now, both from the states of one worker.
func (a *assignment) of(now clusterlog.Connector) bool {
	return a.target == now.Target && a.instance == version(now.ConfigOffset) && a.taskSet == version(now.TaskGeneration) && len(a.tasks) == len(now.Tasks)
}

// forgetStatus removes the status of what the configuration does not have any more, and with a connector the topics that it
// has used.
func (h *herder) forgetStatus(c actor.Context, id unitID) {
	connector, exists := h.state.Connector(id.connector)
	if exists && (id.task == theConnector || id.task < len(connector.Tasks)) {
		return
	}
	c.Send(h.env.statuslog, deleteStatus{id: id, upTo: h.generation(), topics: !exists})
}

// generation is the one that this worker has read, 0 for one that shares with nobody.
func (h *herder) generation() int64 {
	if h.seat == nil || h.seat.node == nil {
		return 0
	}
	return h.seat.node.State().Number
}

// forgetStrangers removes what the status topic still says of connectors and tasks that are gone: they went while nobody was
// there to remove it. An empty config topic says that nobody was ever there, or that its name is mistyped: then nothing is
// removed.
func (h *herder) forgetStrangers(c actor.Context) {
	if !h.state.Used() {
		return
	}
	view := h.env.statuses.view()
	for _, name := range view.Connectors() {
		h.forgetStatus(c, unitID{name, theConnector})
		if _, exists := h.state.Connector(name); !exists {
			continue // its tasks and topics go with it
		}
		for _, task := range view.Tasks(name) {
			h.forgetStatus(c, unitID{name, task.Task})
		}
	}
}
