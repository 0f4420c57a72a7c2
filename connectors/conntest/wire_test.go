// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that sends back what it gets.
func echo(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(conn, conn)
				_ = conn.Close()
			}()
		}
	}()
	return listener.Addr().String()
}

// client talks through a wire; a word comes back or does not.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func dial(t *testing.T, w *Wire) *client {
	conn, err := net.Dial("tcp", w.Addr())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t: t, conn: conn, in: bufio.NewReader(conn)}
}

func (c *client) say(word string) {
	_, err := c.conn.Write([]byte(word + "\n"))
	require.NoError(c.t, err)
}

func (c *client) hears(word string) {
	c.t.Helper()
	require.NoError(c.t, c.conn.SetReadDeadline(time.Now().Add(patience)))
	line, err := c.in.ReadString('\n')
	require.NoError(c.t, err)
	require.Equal(c.t, word+"\n", line)
}

func (c *client) hearsNothing() {
	c.t.Helper()
	require.NoError(c.t, c.conn.SetReadDeadline(time.Now().Add(moment/2)))
	_, err := c.in.ReadString('\n')
	var late net.Error
	require.ErrorAs(c.t, err, &late)
	require.True(c.t, late.Timeout())
}

func TestAWireHoldsBackWhatIsSaidWhileItHangs(t *testing.T) {
	w := NewWire(t, echo(t))
	old := dial(t, w)
	old.say("one")
	old.hears("one")
	mend := w.Hang()
	fresh := dial(t, w)
	old.say("two")
	fresh.say("three")
	old.hearsNothing()
	fresh.hearsNothing()
	mend()
	old.hears("two")
	fresh.hears("three")
}

func TestAWireThatIsCutEndsConnections(t *testing.T) {
	w := NewWire(t, echo(t))
	old := dial(t, w)
	old.say("one")
	old.hears("one")
	mend := w.Cut()
	for _, c := range []*client{old, dial(t, w)} {
		_, err := c.in.ReadString('\n')
		require.Error(t, err)
	}
	mend()
	again := dial(t, w)
	again.say("two")
	again.hears("two")
}
