// SPDX-License-Identifier: Apache-2.0

package position

import "fmt"

// Slot is the state of a replication slot.
type Slot struct {
	// Name is the slot's name.
	Name string
	// Active says that somebody reads from it, PID who.
	Active bool
	PID    int64
	// Confirmed is up to where the log was confirmed: the slot has nothing that was committed before.
	Confirmed LSN
	// Restart is from where on the server keeps the log.
	Restart LSN
	// LogEnd is where the server's log ended when it was asked; 0 where it is not known, as on a standby.
	LogEnd LSN
	// CatalogXmin is the oldest transaction whose catalog the slot needs.
	CatalogXmin int64
	// Lost says why the server has given the slot up, "" if it has not.
	Lost string
}

// LostError says that the log no longer has what follows the stored offset. Only a new snapshot, or somebody who knows what is missing, can
// mend that.
type LostError struct {
	// Offset is where the connector would go on.
	Offset Offset
	// Why is what is wrong with the slot.
	Why string
}

// Error tells both positions and what can be done.
func (e *LostError) Error() string {
	return fmt.Sprintf("The connector is trying to read the change stream from log position %s (lsn %d of its stored offset), but this is no longer available on the server: %s. "+
		"Nothing is skipped by itself. Choose: set snapshot.mode to when_needed, so that the tables are read anew and the stream goes on from there; "+
		"or stop the connector and delete its offsets, which does the same once; "+
		"or, if the changes in between may be missing, stop the connector and set its offset to where the slot is",
		e.Offset.Start(), e.Offset.Start().Long(), e.Why)
}

// Check decides whether a stream from the slot has all that follows a stored offset; slot is nil where there is none. An error is a *LostError.
//
// A slot that was confirmed beyond the offset has forgotten what was committed in between. The one harmless case is a transaction in
// which the offset is midway: it commits after all of its changes, so it comes whole as long as no more than those changes are confirmed.
//
// A server whose log ends before what was streamed from it was brought back to an earlier state, or is another one. It would pass over all that
// commits until its log has come to the offset.
func Check(stored Offset, slot *Slot) error {
	start := stored.Start()
	switch {
	case slot == nil:
		return &LostError{stored, "its replication slot does not exist"}
	case slot.Lost != "":
		return &LostError{stored, fmt.Sprintf("the server has invalidated the replication slot %s (%s)", slot.Name, slot.Lost)}
	case start == 0:
		return nil // an offset without a position goes on wherever the slot is
	case slot.Confirmed > start:
		return &LostError{stored, fmt.Sprintf("the replication slot %s was confirmed up to %s (lsn %d), so changes that were committed between the two positions are lost to it",
			slot.Name, slot.Confirmed, slot.Confirmed.Long())}
	case slot.LogEnd != 0 && max(stored.Processed, stored.Committed) > slot.LogEnd:
		return &LostError{stored, fmt.Sprintf("the server's log ends at %s (lsn %d), so the server was restored from a backup, or is not the one that the offset is of",
			slot.LogEnd, slot.LogEnd.Long())}
	case slot.Confirmed == 0 && slot.Restart > start:
		return &LostError{stored, fmt.Sprintf("the replication slot %s begins at %s (lsn %d)", slot.Name, slot.Restart, slot.Restart.Long())}
	}
	return nil
}
