// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"errors"

	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// OffsetState is what a stored offset says of snapshots.
type OffsetState int

// The states of an offset.
const (
	// NoOffset is where nothing was stored.
	NoOffset OffsetState = iota
	// Interrupted is an offset of a snapshot that was not read to its end.
	Interrupted
	// Complete is an offset of the stream, or after a whole snapshot.
	Complete
)

// Start is what is known when a connector starts.
type Start struct {
	// Snapshot are the settings of the snapshot.
	Snapshot settings.Snapshot
	// Offset is the state of the stored offset.
	Offset OffsetState
	// Slot says that the replication slot exists.
	Slot bool
	// Lost says that the slot no longer has what follows the offset, or is gone.
	Lost bool
}

// Decision is what to do at a start.
type Decision struct {
	// Snapshot says that rows are read.
	Snapshot bool
	// Stream says that changes are streamed; without it no slot and no publication is needed.
	Stream bool
	// CatchUp says that all that the slot has is sent before rows are read, up to the moment of the snapshot: rows were sent before, or may have
	// been, and those that were deleted since would else stay for ever.
	CatchUp bool
	// Resume says that what the stored progress has as done is not read again.
	Resume bool
	// Forget says that the stored offset counts for nothing, and that a slot which is lost is made anew.
	Forget bool
}

// ErrLost says that the slot no longer has what follows the offset, and that the mode does not allow to read all rows anew.
var ErrLost = errors.New("the changes after the stored offset are no longer available")

// errNever is Debezium's text.
var errNever = errors.New("The connector previously stopped while taking a snapshot, but now the connector is configured to never allow snapshots. " + //nolint:staticcheck // Debezium's text
	"Reconfigure the connector to use snapshots initially or when needed.")

// Decide says what to do. The error is ErrLost, or says that a snapshot was interrupted and none is allowed.
func Decide(s Start) (Decision, error) {
	d := Decision{Stream: s.Snapshot.Mode != settings.SnapshotInitialOnly}
	if s.Snapshot.Mode == settings.SnapshotConfiguration {
		d.Stream = s.Snapshot.Based.Stream
	}
	switch wanted := s.wanted(); {
	case s.Offset == Interrupted && !wanted:
		return Decision{}, errNever
	case s.Offset == Complete && s.Lost && d.Stream && !wanted:
		return s.lost(d)
	case wanted:
		d.Snapshot = true
		s.goOn(&d)
	}
	return d, nil
}

// wanted says whether the mode reads rows, when nothing was lost.
func (s Start) wanted() bool {
	switch s.Snapshot.Mode {
	case settings.SnapshotAlways:
		return true
	case settings.SnapshotNoData:
		return false
	case settings.SnapshotConfiguration:
		return s.Snapshot.Based.Data
	}
	return s.Offset != Complete
}

func (s Start) lost(d Decision) (Decision, error) {
	needed := s.Snapshot.Mode == settings.SnapshotWhenNeeded ||
		s.Snapshot.Mode == settings.SnapshotConfiguration && s.Snapshot.Based.OnDataError
	if !needed {
		return Decision{}, ErrLost
	}
	d.Snapshot, d.Forget = true, true
	return d, nil
}

// goOn finds out how much of an earlier snapshot counts. One that begins anew although the stream was followed, as the mode always does,
// reads what is there now and goes on from now.
func (s Start) goOn(d *Decision) {
	switch {
	case s.Offset == Complete:
		d.Forget = s.Lost
	case s.Offset == NoOffset:
		d.CatchUp = d.Stream && s.Slot && !s.Lost
		d.Forget = s.Slot && s.Lost
	case !d.Stream:
		d.Forget = true
	case s.Lost || !s.Slot:
		d.Forget = true
	default:
		d.CatchUp, d.Resume = true, s.Snapshot.Resume
	}
}
