// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// confirmer knows the stream that runs now, for Commit, which comes on another goroutine.
type confirmer struct {
	mu     sync.Mutex
	stream *replication.Stream
}

func (c *confirmer) set(s *replication.Stream) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stream = s
}

func (c *confirmer) get() *replication.Stream {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stream
}

// Commit confirms to the slot what is stored. The offset is read back: what a record says is not yet stored, and what was stored for the
// connector by somebody else counts as well.
func (t *task) Commit(ctx context.Context) error {
	stream := t.confirmer.get()
	if stream == nil || !t.settings.Slot.Flush {
		return nil
	}
	fields, err := t.offsets.Offset(ctx, t.partition)
	if err != nil {
		return fmt.Errorf("read the stored offset: %w", err)
	}
	stored, err := position.Load(fields)
	if err != nil {
		return err
	}
	lsn := stored.Confirmable()
	if lsn <= stream.Confirmed() || stored.Interrupted() {
		return nil
	}
	return t.flush(ctx, stream, lsn)
}

var errFlushTimeout = errors.New("the server did not take the confirmation of the log position in lsn.flush.timeout.ms")

// flush sends the confirmation, in the time that the configuration gives it. That the stream has broken is none of its concern: the run hears of that.
func (t *task) flush(ctx context.Context, stream *replication.Stream, lsn position.LSN) error {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_ = stream.Confirm(lsn)
	}()
	timer := time.NewTimer(t.settings.Slot.FlushTimeout)
	defer timer.Stop()
	select {
	case <-sent:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
	}
	switch t.settings.Slot.FlushAction {
	case settings.FailureIgnore:
	case settings.FailureWarn:
		t.log.Warn("the slot keeps more of the log than it needs", "lsn", lsn.String(), "error", errFlushTimeout)
	default:
		t.outbox.fail(fmt.Errorf("confirm the log up to %s: %w", lsn, errFlushTimeout))
	}
	return nil
}
