// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/settings"
)

// StreamOptions say what is streamed.
type StreamOptions struct {
	// Slot is the slot's name.
	Slot string
	// Start is where the stream begins; 0 leaves it to the slot, which never goes back behind what was confirmed.
	Start position.LSN
	// Publication is publication.name.
	Publication string
	// Params are slot.stream.params: further options, which win over ours of the same names.
	Params []settings.Param
	// StatusInterval is the longest time between two status updates; the server's wal_sender_timeout may make it shorter.
	StatusInterval time.Duration
}

var (
	// ErrSlotBusy says that somebody else reads from the slot.
	ErrSlotBusy = errors.New("the replication slot is in use by another session: is another connector configured with the same slot.name?")
	// ErrLogRemoved says that the server has removed the log that the stream would begin with.
	ErrLogRemoved = errors.New("the server has removed the log that the stream would begin with; a new snapshot is needed: set snapshot.mode to when_needed, or delete the connector's offsets")
)

// Stream turns the connection into the stream of a slot; Conn must not be used afterwards, whatever the outcome.
func (c *Conn) Stream(ctx context.Context, o StreamOptions) (*Stream, error) {
	command := c.startCommand(o)
	interval, err := c.statusInterval(ctx, o.StatusInterval)
	if err != nil {
		c.Close()
		return nil, startError(o, err)
	}
	hijacked, err := c.conn.Hijack()
	if err != nil {
		c.Close()
		return nil, startError(o, err)
	}
	s := newStream(hijacked.Conn, hijacked.Frontend, c.buffer, interval)
	stop := context.AfterFunc(ctx, func() { _ = hijacked.Conn.SetDeadline(longAgo) })
	err = s.start(command)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		_ = hijacked.Conn.Close()
		return nil, startError(o, err)
	}
	s.received.Store(uint64(o.Start))
	s.begin()
	return s, nil
}

// statusInterval is the interval of status updates: shorter than wanted where the server would sooner end a stream that it hears nothing of. While
// nobody takes frames it asks in vain.
func (c *Conn) statusInterval(ctx context.Context, wanted time.Duration) (time.Duration, error) {
	row, err := c.row(ctx, "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'wal_sender_timeout'", 1)
	if err != nil {
		return 0, fmt.Errorf("ask for wal_sender_timeout: %w", err)
	}
	limit, err := strconv.ParseInt(row[0], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read wal_sender_timeout: %w", err)
	}
	if limit == 0 {
		return wanted, nil // there is none
	}
	return min(wanted, time.Duration(limit)*time.Millisecond/3), nil
}

func startError(o StreamOptions, err error) error {
	switch {
	case hasCode(err, objectInUse):
		err = fmt.Errorf("%w (%w)", ErrSlotBusy, err)
	case hasCode(err, undefinedFile):
		err = fmt.Errorf("%w (%w)", ErrLogRemoved, err)
	}
	return fmt.Errorf("start the stream of slot %s at %s: %w", o.Slot, o.Start, err)
}

func (c *Conn) startCommand(o StreamOptions) string {
	publication := Publication{Settings: settings.Publication{Name: o.Publication}}
	options := []settings.Param{{Name: "proto_version", Value: "1"}, {Name: "publication_names", Value: quote(publication.name())}}
	if c.major() >= 14 {
		options = append(options, settings.Param{Name: "messages", Value: "true"})
	}
	for _, more := range o.Params {
		for i := range options {
			if options[i].Name == more.Name {
				options = append(options[:i], options[i+1:]...)
				break
			}
		}
		options = append(options, more)
	}
	texts := make([]string, len(options))
	for i, option := range options {
		texts[i] = quote(option.Name) + " " + literal(option.Value)
	}
	return fmt.Sprintf("START_REPLICATION SLOT %s LOGICAL %s (%s)", quote(o.Slot), o.Start, strings.Join(texts, ", "))
}

// start sends the command and waits until the server streams.
func (s *Stream) start(command string) error {
	s.frontend.SendQuery(&pgproto3.Query{String: command})
	if err := s.frontend.Flush(); err != nil {
		return err
	}
	for {
		message, err := s.frontend.Receive()
		if err != nil {
			return err
		}
		switch m := message.(type) {
		case *pgproto3.CopyBothResponse:
			return nil
		case *pgproto3.ErrorResponse:
			return pgconn.ErrorResponseToPgError(m)
		case *pgproto3.ReadyForQuery:
			return errors.New("the server has ended the command without a stream")
		}
	}
}
