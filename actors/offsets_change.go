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
)

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
	if err := o.env.untilReleased(ctx, o.connector); err != nil {
		return "", err
	}
	connector, err := o.stopped(ctx)
	if err != nil {
		return "", err
	}
	if err := o.fenceZombies(ctx, connector); err != nil {
		return "", err
	}
	resolution, err := o.env.resolve(ctx, connector.Config)
	if err != nil {
		return "", err
	}
	message, err := o.modify(ctx, resolution.Configs[0].Props())
	return message, resolution.Secrets.HideIn(err)
}

// fenceZombies keeps tasks out that have not noticed yet that the connector is stopped.
func (o *offsetChange) fenceZombies(ctx context.Context, connector clusterlog.Connector) error {
	class, _ := connector.Config.Get("connector.class")
	info, err := o.env.plugins.Find(class, connect.SourcePlugin, connect.SinkPlugin)
	if !o.env.exactlyOnce() || err != nil || info.Type != connect.SourcePlugin {
		return nil // what is wrong with the class shows later
	}
	if _, err := request(ctx, o.system, o.env.herder, fenceZombies{o.connector, o.deadline}); err != nil {
		return offsetsErrorf(err, "Failed to perform zombie fencing for source connector prior to modifying offsets")
	}
	return nil
}

// stopped reads the config topic to its end and returns the connector, unless it is not there or not stopped.
func (o *offsetChange) stopped(ctx context.Context) (clusterlog.Connector, error) {
	var none clusterlog.Connector
	state, err := request(ctx, o.system, o.env.configlog, readConfig{o.deadline})
	switch {
	case err != nil && connect.Classify(err) == connect.TimedOut:
		return none, err
	case err != nil:
		return none, offsetsErrorf(err, "Failed to read to end of config topic before modifying connector offsets")
	}
	connector, exists := state.(configRead).state.Connector(o.connector)
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
		case o.env.late(o.deadline):
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
