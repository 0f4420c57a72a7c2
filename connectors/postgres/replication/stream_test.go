// SPDX-License-Identifier: Apache-2.0

package replication

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/connectors/postgres/position"
	"github.com/longshore-io/connect/connectors/postgres/replication/replicationtest"
)

// slow is an interval of updates that no test sees the end of.
const slow = time.Hour

func options() StreamOptions {
	return StreamOptions{Slot: "s", Start: 0x10, Publication: "p", StatusInterval: slow}
}

// frame waits for a frame with data, or a pause that tells of a position.
func frame(t *testing.T, s *Stream) Frame {
	t.Helper()
	for {
		f, err := s.Next(replicationtest.Patience)
		require.NoError(t, err)
		if f.Data != nil || f.End != 0 {
			f.Data = bytes.Clone(f.Data)
			return f
		}
	}
}

func TestFramesComeWithTheirPlaces(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	server.Send(t, append(replicationtest.Data(0x20, 0x20, []byte("one")), replicationtest.Data(0, 0, []byte("two"))...))
	require.Equal(t, Frame{LSN: 0x20, Data: []byte("one")}, frame(t, s))
	require.Equal(t, Frame{Data: []byte("two")}, frame(t, s), "a description has no place")
	large := bytes.Repeat([]byte("x"), 5<<20)
	go server.Send(t, replicationtest.Data(0x30, 0x30, large), replicationtest.Keepalive(0x40, false))
	require.Equal(t, Frame{LSN: 0x30, Data: large}, frame(t, s))
	require.Equal(t, Frame{End: 0x40}, frame(t, s))
}

func TestAPauseInTheMidstOfAFrameLosesNothing(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	whole := replicationtest.Data(0x20, 0x20, []byte("a message in parts"))
	for cut := 1; cut < len(whole); cut += 7 {
		server.Send(t, whole[:cut])
		require.Eventually(t, func() bool {
			f, err := s.Next(time.Millisecond)
			require.NoError(t, err)
			require.Nil(t, f.Data)
			return s.Buffered() || cut < 5
		}, replicationtest.Patience, time.Millisecond)
		server.Send(t, whole[cut:])
		require.Equal(t, []byte("a message in parts"), frame(t, s).Data)
	}
}

func TestAKeepaliveIsAnsweredAndConfirmsNothing(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	server.Send(t, replicationtest.Keepalive(0x50, true))
	require.Equal(t, position.LSN(0x50), frame(t, s).End)
	require.Equal(t, replicationtest.Update{Written: 0x50}, server.Update(t))
	require.NoError(t, s.Ping())
	require.Equal(t, replicationtest.Update{Written: 0x50, Asks: true}, server.Update(t))
}

// It would else not end before all that it has sent is confirmed, which is when offsets are stored.
func TestAServerThatShutsDownIsLeft(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	require.NoError(t, s.Confirm(0x18))
	for range mostAsked {
		server.Send(t, replicationtest.Keepalive(0x50, true))
		require.Equal(t, position.LSN(0x50), frame(t, s).End)
	}
	server.Send(t, replicationtest.Keepalive(0x50, true))
	_, err := s.Next(replicationtest.Patience)
	require.ErrorIs(t, err, ErrStreamEnded)
}

func TestOnlyConfirmMovesWhatIsConfirmedAndNeverBack(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	require.Zero(t, s.Confirmed())
	require.NoError(t, s.Confirm(0x18))
	require.Equal(t, replicationtest.Update{Written: 0x18, Flushed: 0x18, Applied: 0x18}, server.Update(t))
	require.NoError(t, s.Confirm(0x12))
	require.NoError(t, s.Ping())
	require.Equal(t, replicationtest.Update{Written: 0x18, Flushed: 0x18, Applied: 0x18, Asks: true}, server.Update(t), "the earlier position is not sent")
	require.Equal(t, position.LSN(0x18), s.Confirmed())
}

func TestUpdatesAreSentWhileNobodyTakesFrames(t *testing.T) {
	cases := map[string]struct {
		interval time.Duration
		limit    string
	}{
		"by status.update.interval.ms":                {5 * time.Millisecond, "60000"},
		"and with a server that has no limit":         {5 * time.Millisecond, "0"},
		"more often where the server is less patient": {slow, "30"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			server := replicationtest.New(t)
			server.Answer = answers(streaming(c.limit))
			o := options()
			o.StatusInterval = c.interval
			_, far := stream(t, server, o)
			for range 3 {
				require.Equal(t, uint64(0x10), far.Update(t).Written)
			}
		})
	}
}

func TestTheEndOfAStreamIsTold(t *testing.T) {
	cases := map[string]struct {
		end  func(t *testing.T, server *replicationtest.Stream)
		want func(t *testing.T, err error)
	}{
		"an error": {
			func(t *testing.T, server *replicationtest.Stream) {
				server.Message(t, &pgproto3.ErrorResponse{Severity: "ERROR", Code: "42704", Message: "publication is gone"})
			},
			func(t *testing.T, err error) {
				var answer *pgconn.PgError
				require.ErrorAs(t, err, &answer)
				require.Equal(t, "42704", answer.Code)
			},
		},
		"a shutdown": {
			func(t *testing.T, server *replicationtest.Stream) { server.Message(t, &pgproto3.CopyDone{}) },
			func(t *testing.T, err error) { require.ErrorIs(t, err, ErrStreamEnded) },
		},
		"a connection that breaks": {
			func(_ *testing.T, server *replicationtest.Stream) { server.Break() },
			func(t *testing.T, err error) { require.ErrorIs(t, err, io.ErrUnexpectedEOF) },
		},
		"a frame that is none": {
			func(t *testing.T, server *replicationtest.Stream) {
				server.Message(t, &pgproto3.CopyData{Data: []byte("zz")})
			},
			func(t *testing.T, err error) { require.ErrorContains(t, err, `a frame of kind 'z' and 2 bytes`) },
		},
		"an empty frame": {
			func(t *testing.T, server *replicationtest.Stream) { server.Message(t, &pgproto3.CopyData{}) },
			func(t *testing.T, err error) { require.ErrorContains(t, err, "an empty frame") },
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, server := stream(t, replicationtest.New(t), options())
			server.Message(t, &pgproto3.NoticeResponse{Severity: "NOTICE", Message: "passed over"})
			server.Send(t, replicationtest.Data(0x20, 0x20, []byte("before")))
			require.Equal(t, []byte("before"), frame(t, s).Data)
			c.end(t, server)
			_, err := s.Next(replicationtest.Patience)
			c.want(t, err)
		})
	}
}

func TestAnInterruptedStreamEndsNowAndEverAfter(t *testing.T) {
	s, _ := stream(t, replicationtest.New(t), options())
	done := make(chan error)
	go func() {
		_, err := s.Next(slow)
		done <- err
	}()
	s.Interrupt()
	require.Error(t, <-done)
	_, err := s.Next(slow)
	require.Error(t, err)
}

func TestAStreamTakesItsLeave(t *testing.T) {
	s, server := stream(t, replicationtest.New(t), options())
	s.Close()
	require.True(t, server.Ended(t), "the server hears that it is over, and gives the slot free")
	require.Error(t, s.Confirm(0x20))
	s.Close()
}
