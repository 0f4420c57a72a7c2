// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"

	connect "github.com/longshore-io/connect"
)

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
