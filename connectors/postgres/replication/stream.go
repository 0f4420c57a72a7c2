// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/longshore-io/connect/connectors/postgres/position"
)

// longAgo is a deadline that ends whatever waits.
var longAgo = time.Unix(1, 0)

// ErrStreamEnded says that the server has ended the stream without an error, or wants to, as it does when it shuts down.
var ErrStreamEnded = errors.New("the server has ended it, or shuts down")

// Frame is what the server sends at once: one message of the output plugin, or none for a pause.
type Frame struct {
	// LSN is the message's place: that of its change, or where a transaction's commit ends. Messages that describe tables and types have none.
	LSN position.LSN
	// End is up to where the server had read its log when it sent a frame without data; 0 where it was silent.
	End position.LSN
	// Data is the message; nil where the server had nothing to send for a while. It is good until the next frame.
	Data []byte
}

// Stream is the stream of a slot. Next belongs to one goroutine; the other methods may be called on any.
type Stream struct {
	conn     net.Conn
	frontend *pgproto3.Frontend
	buffer   *bufio.Reader // that the frontend reads from
	interval time.Duration

	received, confirmed atomic.Uint64

	// asked is how often the server has asked for an answer since askedFrom. Only Next uses them.
	asked     int
	askedFrom time.Time

	writing sync.Mutex
	status  [statusBytes]byte

	ending sync.Once
	ended  chan struct{}
	ticks  sync.WaitGroup
}

func newStream(conn net.Conn, frontend *pgproto3.Frontend, buffer *bufio.Reader, interval time.Duration) *Stream {
	return &Stream{conn: conn, frontend: frontend, buffer: buffer, interval: interval, ended: make(chan struct{})}
}

// begin sends status updates from now on, also while nobody takes frames: a server that hears nothing ends the stream.
func (s *Stream) begin() {
	s.ticks.Go(func() {
		ticker := time.NewTicker(s.interval)
		defer ticker.Stop()
		for {
			select {
			case <-s.ended:
				return
			case <-ticker.C:
				if s.update(0) != nil {
					_ = s.conn.Close() // Next returns why
					return
				}
			}
		}
	})
}

// Buffered says whether more has been received already, so that Next will probably not wait.
func (s *Stream) Buffered() bool { return s.frontend.ReadBufferLen() > 0 || s.buffer.Buffered() > 0 }

// Next waits for the next frame, at most for so long; afterwards it returns one without data. Keepalives are answered on the way.
func (s *Stream) Next(wait time.Duration) (Frame, error) {
	if !s.Buffered() {
		s.await(wait)
	}
	for {
		message, err := s.frontend.Receive()
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded) && !s.interrupted():
			s.await(wait)
			return Frame{}, nil
		case err != nil:
			return Frame{}, fmt.Errorf("read the stream: %w", err)
		}
		switch m := message.(type) {
		case *pgproto3.CopyData:
			frame, is, err := s.frame(m.Data)
			if err != nil || is {
				return frame, err
			}
		case *pgproto3.ErrorResponse:
			return Frame{}, fmt.Errorf("read the stream: %w", pgconn.ErrorResponseToPgError(m))
		case *pgproto3.CopyDone, *pgproto3.CommandComplete, *pgproto3.ReadyForQuery:
			return Frame{}, fmt.Errorf("read the stream: %w", ErrStreamEnded)
		}
	}
}

// await sets how long Receive may wait. It is not called for frames that are here already, since that costs about as much as one.
func (s *Stream) await(wait time.Duration) {
	_ = s.conn.SetReadDeadline(time.Now().Add(wait))
	if s.interrupted() {
		_ = s.conn.SetReadDeadline(longAgo) // an interruption may have come between
	}
}

func (s *Stream) interrupted() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// Lengths of what comes in frames.
const (
	dataHeader     = 1 + 8 + 8 + 8
	keepaliveBytes = 1 + 8 + 8 + 1
)

// frame reads a frame and answers a keepalive; false where it is for nobody else.
func (s *Stream) frame(data []byte) (Frame, bool, error) {
	switch {
	case len(data) >= dataHeader && data[0] == 'w':
		start := binary.BigEndian.Uint64(data[1:])
		s.raise(max(start, binary.BigEndian.Uint64(data[9:])))
		return Frame{LSN: position.LSN(start), Data: data[dataHeader:]}, true, nil
	case len(data) >= keepaliveBytes && data[0] == 'k':
		end := binary.BigEndian.Uint64(data[1:])
		s.raise(end)
		var err error
		if data[keepaliveBytes-1] != 0 {
			err = s.answer()
		}
		return Frame{End: position.LSN(end)}, !s.Buffered(), err
	case len(data) > 0:
		return Frame{}, false, fmt.Errorf("read the stream: a frame of kind %q and %d bytes", data[0], len(data))
	}
	return Frame{}, false, errors.New("read the stream: an empty frame")
}

// A server that hears status updates in time has no reason to ask for one, unless it shuts down: then it asks again and again, until all that it has sent is
// confirmed, and does not end before. So often in so much time tells that; what it has sent is here.
const (
	mostAsked   = 10
	askedWithin = 5 * time.Second
)

// answer answers a server that asks for a status update, or leaves it.
func (s *Stream) answer() error {
	now := time.Now()
	if now.Sub(s.askedFrom) > askedWithin {
		s.asked, s.askedFrom = 0, now
	}
	if s.asked++; s.asked > mostAsked {
		return fmt.Errorf("read the stream: %w", ErrStreamEnded)
	}
	return s.update(0)
}

// raise notes what was received. Only Next calls it.
func (s *Stream) raise(lsn uint64) {
	if lsn > s.received.Load() {
		s.received.Store(lsn)
	}
}

// Confirm tells the server that it may forget what was committed before an LSN: all of it is stored for good. It never goes back.
func (s *Stream) Confirm(lsn position.LSN) error {
	for {
		before := s.confirmed.Load()
		if uint64(lsn) <= before {
			return nil
		}
		if s.confirmed.CompareAndSwap(before, uint64(lsn)) {
			return s.update(0)
		}
	}
}

// Ping has the server say soon how far it is.
func (s *Stream) Ping() error { return s.update(1) }

// Confirmed returns what was last confirmed in this stream, 0 for nothing.
func (s *Stream) Confirmed() position.LSN { return position.LSN(s.confirmed.Load()) }

// statusBytes is the length of a status update with the header of its message: a kind, a length, and then a kind, three LSNs, a time and a truth.
const statusBytes = 1 + 4 + 1 + 3*8 + 8 + 1

// epoch is PostgreSQL's, the year 2000, in microseconds since 1970.
const epoch = 946_684_800_000_000

// update sends a status update. It says zero for what was not confirmed, which the server takes for nothing. With 1 the server answers.
func (s *Stream) update(answer byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	confirmed := s.confirmed.Load()
	b := append(s.status[:0], 'd')
	b = binary.BigEndian.AppendUint32(b, statusBytes-1)
	b = append(b, 'r')
	b = binary.BigEndian.AppendUint64(b, max(s.received.Load(), confirmed))
	b = binary.BigEndian.AppendUint64(b, confirmed)
	b = binary.BigEndian.AppendUint64(b, confirmed)
	b = binary.BigEndian.AppendUint64(b, uint64(time.Now().UnixMicro()-epoch))
	b = append(b, answer)
	_ = s.conn.SetWriteDeadline(time.Now().Add(s.interval + writePatience))
	if _, err := s.conn.Write(b); err != nil {
		return fmt.Errorf("send a status update: %w", err)
	}
	return nil
}

// writePatience is how long the server may take to read a status update, beside the interval of updates.
const writePatience = 10 * time.Second

// Interrupt makes Next return an error, now and ever after.
func (s *Stream) Interrupt() {
	s.ending.Do(func() {
		close(s.ended)
		_ = s.conn.SetReadDeadline(longAgo)
	})
}

// Close ends the stream and gives the slot back. Next must have returned. A second Close does nothing.
func (s *Stream) Close() {
	s.Interrupt()
	_ = s.conn.SetDeadline(time.Now().Add(cancelGrace)) // also for an update that is under way
	s.ticks.Wait()
	_, _ = s.conn.Write([]byte{'c', 0, 0, 0, 4, 'X', 0, 0, 0, 4}) // CopyDone and Terminate
	_ = s.conn.Close()
}
