// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
	"github.com/longshore-io/connect/connectors/postgres/snapshot"
)

// decide says what the run does, and clears away what is of no use for that.
func (r *run) decide(ctx context.Context) (snapshot.Decision, error) {
	lost := r.lost()
	d, err := snapshot.Decide(snapshot.Start{Snapshot: r.snapshotSettings(), Offset: r.offsetState(), Slot: r.slot != nil, Lost: lost != nil})
	switch {
	case errors.Is(err, snapshot.ErrLost):
		return d, lost
	case err != nil:
		return d, lasting{err}
	case lost != nil && d.Stream && !r.known && !d.Snapshot:
		return d, lasting{fmt.Errorf("the server has invalidated the replication slot %s (%s), and there is no offset to tell what was read: drop the slot to begin with a new one", r.slot.Name, r.slot.Lost)}
	}
	if d.Forget && r.known {
		r.log.Warn("the stored offset leads nowhere, and the tables are read anew", "offset", r.from.Fields(), "why", lost)
	}
	if d.Forget {
		r.from, r.known, r.current = position.Offset{}, false, nil
	}
	if d.Stream && r.slot != nil && r.slot.Lost != "" {
		r.log.Warn("the server has invalidated the replication slot, and another one is made", "slot", r.slot.Name, "why", r.slot.Lost)
		if err := replication.DropSlot(ctx, r.sql, r.slot.Name); err != nil {
			return d, err
		}
		r.slot = nil
	}
	return d, nil
}

// snapshotSettings are those of the configuration, but for a run that follows another one of the same task: what is read at each start was read then.
func (r *run) snapshotSettings() settings.Snapshot {
	s := r.settings.Snapshot
	if r.current == nil || r.from.Interrupted() {
		return s
	}
	if s.Mode == settings.SnapshotAlways {
		s.Mode = settings.SnapshotInitial
	}
	s.Based.Data = false
	return s
}

func (r *run) offsetState() snapshot.OffsetState {
	switch {
	case !r.known:
		return snapshot.NoOffset
	case r.from.Interrupted():
		return snapshot.Interrupted
	}
	return snapshot.Complete
}

// lost says why the slot does not have all that follows the offset, nil where it does. A slot that no offset needs is fine unless it is of no use.
func (r *run) lost() error {
	switch {
	case r.known && (r.settings.Slot.CheckPosition || r.from.Interrupted()):
		return position.Check(r.from, r.slot)
	case r.slot != nil && r.slot.Lost != "":
		return position.Check(position.Offset{}, r.slot)
	}
	return nil
}
