// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"sync"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/offsets"
)

// sourceKeeper is the offsets of a source connector.
type sourceKeeper struct {
	connector string
	store     offsetStore
	release   func()
	mine      func() bool // changes are the leader's
}

func newSourceKeeper(ctx context.Context, env *environment, connector string, props map[string]string) (*sourceKeeper, error) {
	store, release, err := env.offsetsOf(ctx, connector, props)
	if err != nil {
		return nil, fmt.Errorf("open the offsets of %s: %w", connector, err)
	}
	return &sourceKeeper{connector, store, release, env.mayChange}, nil
}

// mayChange says whether this worker leads, as far as it knows, and may act on that: a change that a former leader has under way must not
// undo what the next one makes.
func (e *environment) mayChange() bool {
	if e.config.Standalone {
		return true
	}
	agreed := e.agreed.Load()
	return agreed != nil && agreed.leads && e.lease.open()
}

func (k *sourceKeeper) close() { k.release() }

func (k *sourceKeeper) read(ctx context.Context) ([]connect.PartitionOffset, error) {
	err := k.store.ReadToEnd(ctx)
	var all []connect.PartitionOffset
	if err == nil {
		all, err = k.store.All(k.connector)
	}
	if err != nil {
		return nil, offsetsErrorf(err, "Failed to retrieve offsets for source connector %s", k.connector)
	}
	return all, nil
}

func (*sourceKeeper) parse(wanted []connect.PartitionOffset) ([]connect.PartitionOffset, error) {
	return offsets.Normalize(wanted)
}

// write reads first: keys are written again as they are.
func (k *sourceKeeper) write(ctx context.Context, wanted []connect.PartitionOffset) error {
	writes, err := offsets.ToWrite(wanted)
	if err == nil {
		err = k.store.ReadToEnd(ctx)
	}
	if err == nil {
		err = k.store.Write(offsets.While(ctx, k.mine), k.connector, writes)
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return offsetsErrorf(err, "Timed out while attempting to modify offsets for source connector %s", k.connector)
	case err != nil:
		return offsetsErrorf(err, "Failed to modify offsets for source connector %s", k.connector)
	}
	return nil
}

// reset also removes the offset of the null partition, which is never shown: it would be the one place where the connector
// goes on from.
func (k *sourceKeeper) reset(ctx context.Context, known []connect.PartitionOffset) error {
	unnamed, err := k.store.Read(k.connector, nil)
	if err != nil {
		return offsetsErrorf(err, "Failed to modify offsets for source connector %s", k.connector)
	}
	if len(unnamed) > 0 {
		known = append(known, connect.PartitionOffset{})
	}
	if len(known) == 0 {
		return nil
	}
	return k.write(ctx, known)
}

// stay is the time of one life of a source task with the offsets of its connector.
type stay struct {
	store offsetStore
	end   func()
}

// stayOf waits for changes of the offsets to end and opens the store.
func (l lifeOf) stayOf(ctx context.Context, props map[string]string) (stay, error) {
	leave, err := l.env.turns.enter(ctx, l.id.connector)
	if err != nil {
		return stay{}, err
	}
	store, release, err := l.env.offsetsOf(ctx, l.id.connector, props)
	if err != nil {
		leave()
		return stay{}, err
	}
	return stay{store, func() { release(); leave() }}, nil
}

// lifeOffsets reads offsets for an instance of a source connector. Most never ask: a topic of the connector's own is opened
// by the first who does and released when the life ends.
type lifeOffsets struct {
	life  context.Context
	env   *environment
	name  string
	props map[string]string

	mu    sync.Mutex
	store offsetStore
}

func offsetsDuring(life context.Context, of lifeOf, info connect.PluginInfo, props map[string]string) connect.OffsetReader {
	if info.Type != connect.SourcePlugin {
		return noOffsets{}
	}
	return &lifeOffsets{life: life, env: of.env, name: of.id.connector, props: props}
}

// Offset implements connect.OffsetReader.
func (o *lifeOffsets) Offset(ctx context.Context, partition *connect.Partition) (map[string]any, error) {
	store, err := o.open(ctx)
	if err != nil {
		return nil, fmt.Errorf("read offsets of %s: %w", o.name, err)
	}
	return offsetReader{o.name, store}.Offset(ctx, partition)
}

func (o *lifeOffsets) open(ctx context.Context) (offsetStore, error) {
	if store := o.opened(nil, nil); store != nil {
		return store, nil
	}
	store, release, err := o.env.offsetsOf(ctx, o.name, o.props)
	if err != nil {
		return nil, err
	}
	return o.opened(store, release), nil
}

// opened keeps the first store that is offered; nil only asks for it.
func (o *lifeOffsets) opened(store offsetStore, release func()) offsetStore {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case store == nil:
	case o.store == nil:
		o.store = store
		context.AfterFunc(o.life, release)
	default:
		release()
	}
	return o.store
}
