// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
)

// errCaughtUp ends a stream that was to go to a certain place.
var errCaughtUp = errors.New("the stream has come to where it was to end")

// pingEvery is how often the server is asked how far it is, by a stream that has an end.
const pingEvery = 100 * time.Millisecond

// noSlotFree says whether the server has no room for another slot, or for who reads from it: who waits for that may wait for ever.
func noSlotFree(err error) bool {
	var answer *pgconn.PgError
	return errors.As(err, &answer) && (answer.Code == "53400" || answer.Code == "53300")
}

// moment makes a temporary slot, for the snapshot that is exported with it: its LSN parts exactly the transactions that the snapshot has from those that
// it has not. The connection has to be kept until the snapshot was imported.
func (r *run) moment(ctx context.Context) (*replication.Conn, replication.CreatedSlot, error) {
	conn, err := r.database.Replicate(ctx)
	if err != nil {
		return nil, replication.CreatedSlot{}, err
	}
	var unique [6]byte
	_, _ = rand.Read(unique[:])
	name := r.settings.Slot.Name
	name = name[:min(len(name), 40)] + "_snapshot_" + hex.EncodeToString(unique[:])
	created, err := conn.CreateSlot(ctx, replication.NewSlot{Name: name, Temporary: true, Timeout: r.settings.Slot.CreateTimeout})
	if err != nil {
		conn.Close()
		return nil, replication.CreatedSlot{}, err
	}
	return conn, created, nil
}

// catchUp streams from where the run is to a position, with offsets that say that the snapshot is not read to its end, and how far it is.
func (r *run) catchUp(ctx context.Context, to position.LSN, kind, progress string) error {
	r.log.Info("the changes since the interruption are sent before the snapshot goes on", "from", r.from.Start().String(), "to", to.String())
	err := r.streamWith(ctx, func(s *streaming) { s.until, s.kind, s.done = to, kind, progress })
	if !errors.Is(err, errCaughtUp) {
		return err
	}
	return r.replicate(ctx)
}
