// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
	"github.com/longshore-io/connect/internal/configprovider"
)

// getOffsets reads the offsets of a connector in any state.
func (h *herder) getOffsets(c actor.Context, m GetOffsets) {
	connector, exists := h.state.Connector(m.Name)
	if !exists {
		c.Respond(Reply{Err: notFound(m.Name)})
		return
	}
	h.answerOffsets(c, m.Name, m.Deadline, func(ctx context.Context) (any, error) {
		return h.env.readOffsets(ctx, m.Name, connector.Config)
	})
}

func (h *herder) alterOffsets(c actor.Context, m AlterOffsets) {
	h.changeOffsets(c, &offsetChange{connector: m.Name, offsets: m.Offsets, deadline: m.Deadline})
}

func (h *herder) resetOffsets(c actor.Context, m ResetOffsets) {
	h.changeOffsets(c, &offsetChange{connector: m.Name, reset: true, deadline: m.Deadline})
}

func (h *herder) changeOffsets(c actor.Context, change *offsetChange) {
	change.env, change.system = h.env, c.ActorSystem()
	h.answerOffsets(c, change.connector, change.deadline, func(ctx context.Context) (any, error) { return change.carryOut(ctx) })
}

// answerOffsets does what may block beside the herder, until the asker waits no longer.
func (h *herder) answerOffsets(c actor.Context, connector string, deadline time.Time, work func(context.Context) (any, error)) {
	asker := c.Sender()
	h.inTime(c, deadline, work, func(c actor.Context, value any, err error) {
		h.logRefusal(connector, err)
		c.Send(asker, Reply{Value: value, Err: err})
	})
}

// logRefusal logs what the answer does not tell: Kafka Connect's sentences have no room for a cause.
func (h *herder) logRefusal(connector string, err error) {
	var refused *offsetsError
	if errors.As(err, &refused) {
		h.env.log.Error("a request about offsets was refused", "connector", connector, "answer", refused.text, "error", hideIn(refused.cause, err))
	}
}

// hideIn returns the text of a cause of err as err itself would show it.
func hideIn(cause, err error) string {
	var hidden *configprovider.Hidden
	if errors.As(err, &hidden) {
		return hidden.Secrets.Hide(cause.Error())
	}
	return cause.Error()
}

// offsetsError has exactly the text that Kafka Connect answers with. Its cause is for the log.
type offsetsError struct {
	text  string
	cause error
}

func (e *offsetsError) Error() string { return e.text }

func (e *offsetsError) Unwrap() error { return e.cause }

// Class is Fatal whatever the cause is: Kafka Connect answers all of these with 500.
func (e *offsetsError) Class() connect.Class { return connect.Fatal }

func offsetsErrorf(cause error, format string, args ...any) error {
	return &offsetsError{fmt.Sprintf(format, args...), cause}
}

// offsetKeeper is where the offsets of one connector are, for one request.
type offsetKeeper interface {
	// read returns all there are.
	read(ctx context.Context) ([]connect.PartitionOffset, error)
	// parse returns offsets in their normal form, of each partition one; nil removes it.
	parse(offsets []connect.PartitionOffset) ([]connect.PartitionOffset, error)
	// write stores offsets that parse returned.
	write(ctx context.Context, offsets []connect.PartitionOffset) error
	// reset removes all offsets; known are those that read returned.
	reset(ctx context.Context, known []connect.PartitionOffset) error
	close()
}

// errStillMembers is in the chain of a refusal that passes when the last members of the group have left.
var errStillMembers = errors.New("the consumer group has members")

func (e *environment) readOffsets(ctx context.Context, connector string, config connect.RawConfig) ([]connect.PartitionOffset, error) {
	resolution, err := e.resolve(ctx, config)
	if err != nil {
		return nil, err
	}
	keeper, _, err := e.keeperOf(ctx, connector, resolution.Configs[0].Props())
	if err != nil {
		return nil, resolution.Secrets.HideIn(err)
	}
	defer keeper.close()
	offsets, err := keeper.read(ctx)
	return offsets, resolution.Secrets.HideIn(err)
}

// keeperOf also returns an instance of the connector, which is not started. A class that is not here is no fault of the
// request, though it is of the configuration.
func (e *environment) keeperOf(ctx context.Context, connector string, props map[string]string) (offsetKeeper, connect.Connector, error) {
	var instance connect.Connector
	err := connect.Guard(func() (err error) {
		instance, _, err = e.plugins.Connector(props["connector.class"])
		return err
	})
	if err != nil {
		return nil, nil, connect.Classed(connect.Fatal, err)
	}
	if _, sink := instance.(connect.SinkConnector); sink {
		keeper, err := newSinkKeeper(e, connector, props)
		return keeper, instance, err
	}
	keeper, err := newSourceKeeper(ctx, e, connector, props)
	return keeper, instance, err
}

// offsetChange is one request to change the offsets of a connector that is stopped.
type offsetChange struct {
	env       *environment
	system    *actor.ActorSystem
	connector string
	offsets   []connect.PartitionOffset
	reset     bool
	deadline  time.Time
}

// carryOut changes the offsets and returns Kafka Connect's sentence about it. That the connector is stopped is looked up
// before the tasks are waited for, since those of one that runs do not end, and right before the write.
func (o *offsetChange) carryOut(ctx context.Context) (string, error) {
	if _, err := o.stopped(ctx); err != nil {
		return "", err
	}
	done, err := o.env.turns.change(ctx, o.connector)
	if err != nil {
		return "", fmt.Errorf("wait for the tasks of connector %s to end, and for earlier changes of its offsets: %w", o.connector, err)
	}
	defer done()
	connector, err := o.stopped(ctx)
	if err != nil {
		return "", err
	}
	resolution, err := o.env.resolve(ctx, connector.Config)
	if err != nil {
		return "", err
	}
	message, err := o.modify(ctx, resolution.Configs[0].Props())
	return message, resolution.Secrets.HideIn(err)
}

// stopped reads the config topic to its end and returns the connector, unless it is not there or not stopped.
func (o *offsetChange) stopped(ctx context.Context) (clusterlog.Connector, error) {
	var none clusterlog.Connector
	state, err := request(ctx, o.system, o.env.configlog, writeConfig{deadline: o.deadline})
	switch {
	case err != nil && connect.Classify(err) == connect.TimedOut:
		return none, err
	case err != nil:
		return none, offsetsErrorf(err, "Failed to read to end of config topic before modifying connector offsets")
	}
	connector, exists := state.(clusterlog.State).Connector(o.connector)
	switch {
	case !exists:
		return none, notFound(o.connector)
	case connector.Target != connect.TargetStopped || len(connector.Tasks) > 0:
		return none, connect.Errorf(connect.BadConfig, "Connectors must be in the STOPPED state before their offsets can be modified. This can be done "+
			"for the specified connector by issuing a 'PUT' request to the '/connectors/%s/stop' endpoint", o.connector)
	}
	return connector, nil
}

func (o *offsetChange) modify(ctx context.Context, props map[string]string) (string, error) {
	keeper, instance, err := o.env.keeperOf(ctx, o.connector, props)
	if err != nil {
		return "", err
	}
	defer keeper.close()
	wanted, err := o.wanted(ctx, keeper)
	if err != nil {
		return "", err
	}
	vouched, err := o.ask(ctx, instance, props, wanted)
	if err != nil {
		return "", err
	}
	if err := o.write(ctx, keeper, wanted); err != nil {
		return "", err
	}
	return o.sentence(vouched), nil
}

func (o *offsetChange) wanted(ctx context.Context, keeper offsetKeeper) ([]connect.PartitionOffset, error) {
	if !o.reset {
		return keeper.parse(o.offsets)
	}
	known, err := keeper.read(ctx)
	for i := range known {
		known[i].Offset = nil
	}
	return known, err
}

// write tries for a while where a group has members: those of ours may just be leaving.
func (o *offsetChange) write(ctx context.Context, keeper offsetKeeper, wanted []connect.PartitionOffset) error {
	clock := o.env.runtime.Clock
	until := clock.Now().Add(o.env.config.OffsetFlushTimeout) // what a farewell has
	var refused error
	for attempt := 1; ; attempt++ {
		_, err := o.stopped(ctx)
		switch {
		case err != nil && refused != nil:
			return refused // it says that the connector may have been resumed
		case err != nil:
			return err
		case !clock.Now().Before(o.deadline):
			return errTimedOut()
		case o.reset:
			refused = keeper.reset(ctx, wanted)
		default:
			refused = keeper.write(ctx, wanted)
		}
		if !errors.Is(refused, errStillMembers) || !clock.Now().Before(until) || clock.Sleep(ctx, retryDelay(attempt, o.env.runtime.Random())) != nil {
			return refused
		}
	}
}

func (o *offsetChange) sentence(vouched bool) string {
	done := "altered"
	if o.reset {
		done = "reset"
	}
	if vouched {
		return "The offsets for this connector have been " + done + " successfully"
	}
	return "The Connect framework-managed offsets for this connector have been " + done + " successfully. However, if this connector manages " +
		"offsets externally, they will need to be manually " + done + " in the system that the connector uses."
}
