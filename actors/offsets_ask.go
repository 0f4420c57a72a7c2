// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"errors"
	"maps"

	connect "github.com/longshore-io/connect"
)

// ask has the connector look at offsets before they are stored, and says whether it vouches for them. A connector without
// that ability does not object and does not vouch. One that does not return keeps later changes waiting, and nothing else.
func (o *offsetChange) ask(ctx context.Context, instance connect.Connector, props map[string]string, wanted []connect.PartitionOffset) (bool, error) {
	alterer, able := instance.(connect.OffsetAlterer)
	if !able {
		return false, nil
	}
	left := o.deadline.Sub(o.env.runtime.Clock.Now())
	ctx, cancel := within(ctx, o.env.runtime.Clock, left-left/10) // some of it is for the answer
	defer cancel()
	type answer struct {
		vouched bool
		err     error
	}
	answers := make(chan answer, 1)
	answered := o.env.turns.ask(o.connector)
	props, wanted = maps.Clone(props), cloneOffsets(wanted)
	go func() {
		defer answered()
		var a answer
		a.err = connect.Guard(func() (err error) {
			a.vouched, err = alterer.AlterOffsets(ctx, props, wanted)
			return err
		})
		answers <- a
	}()
	select {
	case a := <-answers:
		return a.vouched, refusalOf(a.err, kindOf(instance), o.connector)
	case <-ctx.Done():
		return false, offsetsErrorf(context.Cause(ctx), "Timed out while calling the 'alterOffsets' method for %s connector %s", kindOf(instance), o.connector)
	}
}

// refusalOf makes the answer to a request from what a connector says about it.
func refusalOf(err error, kind, connector string) error {
	var panicked *connect.PanicError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errors.ErrUnsupported):
		return offsetsErrorf(err, "Failed to modify offsets for connector %s because it doesn't support external modification of offsets", connector)
	case errors.As(err, &panicked):
		return offsetsErrorf(err, "Failed to modify offsets for %s connector %s", kind, connector)
	}
	return connect.Classed(connect.Fatal, err)
}

func kindOf(instance connect.Connector) string {
	if _, sink := instance.(connect.SinkConnector); sink {
		return "sink"
	}
	return "source"
}

// cloneOffsets is for a connector that changes what it is given.
func cloneOffsets(offsets []connect.PartitionOffset) []connect.PartitionOffset {
	clones := make([]connect.PartitionOffset, len(offsets))
	for i, o := range offsets {
		clones[i] = connect.PartitionOffset{Partition: maps.Clone(o.Partition), Offset: maps.Clone(o.Offset)}
	}
	return clones
}
