// SPDX-License-Identifier: Apache-2.0

package replicationtest

import (
	"encoding/binary"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

// Stream is the server's side of a replication stream.
type Stream struct {
	conn    net.Conn
	updates chan Update
	ended   chan struct{}
	orderly atomic.Bool
}

// Update is a status update of the client.
type Update struct {
	Written, Flushed, Applied uint64
	// Asks says that the client wants an answer.
	Asks bool
}

func updateOf(data []byte) Update {
	return Update{Written: binary.BigEndian.Uint64(data[1:]), Flushed: binary.BigEndian.Uint64(data[9:]),
		Applied: binary.BigEndian.Uint64(data[17:]), Asks: data[33] == 1}
}

// Data is the bytes of a frame with a message of the output plugin.
func Data(lsn, end uint64, message []byte) []byte {
	b := binary.BigEndian.AppendUint64([]byte{'w'}, lsn)
	b = binary.BigEndian.AppendUint64(b, end)
	return frame(append(binary.BigEndian.AppendUint64(b, 0), message...))
}

// Keepalive is the bytes of a frame that says how far the server is, and maybe asks for a status update.
func Keepalive(end uint64, asks bool) []byte {
	b := binary.BigEndian.AppendUint64([]byte{'k'}, end)
	b = binary.BigEndian.AppendUint64(b, 0)
	if asks {
		return frame(append(b, 1))
	}
	return frame(append(b, 0))
}

func frame(data []byte) []byte {
	b, err := (&pgproto3.CopyData{Data: data}).Encode(nil)
	if err != nil {
		panic(err) // it is too long
	}
	return b
}

// Send sends bytes, such as frames, or parts of them.
func (s *Stream) Send(t testing.TB, parts ...[]byte) {
	t.Helper()
	for _, part := range parts {
		_, err := s.conn.Write(part)
		require.NoError(t, err)
	}
}

// Message sends another message of the protocol.
func (s *Stream) Message(t testing.TB, m pgproto3.BackendMessage) {
	t.Helper()
	b, err := m.Encode(nil)
	require.NoError(t, err)
	s.Send(t, b)
}

// Update waits for the next status update.
func (s *Stream) Update(t testing.TB) Update {
	t.Helper()
	select {
	case u := <-s.updates:
		return u
	case <-time.After(Patience):
		require.FailNow(t, "no status update has come")
		return Update{}
	}
}

// Break cuts the connection.
func (s *Stream) Break() { _ = s.conn.Close() }

// Ended waits until the client has left, and says whether it has taken its leave.
func (s *Stream) Ended(t testing.TB) (orderly bool) {
	t.Helper()
	select {
	case <-s.ended:
		return s.orderly.Load()
	case <-time.After(Patience):
		require.FailNow(t, "the client has not left")
		return false
	}
}
