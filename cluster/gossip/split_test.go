// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/memberlist"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cable drops what goes to addresses that are cut off.
type cable struct {
	memberlist.NodeAwareTransport
	cut func(addr string) bool
}

func (c cable) WriteTo(b []byte, addr string) (time.Time, error) {
	return c.WriteToAddress(b, memberlist.Address{Addr: addr})
}

func (c cable) WriteToAddress(b []byte, a memberlist.Address) (time.Time, error) {
	if c.cut(a.Addr) {
		return time.Now(), nil
	}
	return c.NodeAwareTransport.WriteToAddress(b, a)
}

func (c cable) DialTimeout(addr string, timeout time.Duration) (net.Conn, error) {
	return c.DialAddressTimeout(memberlist.Address{Addr: addr}, timeout)
}

func (c cable) DialAddressTimeout(a memberlist.Address, timeout time.Duration) (net.Conn, error) {
	if c.cut(a.Addr) {
		return nil, errors.New("cut off")
	}
	return c.NodeAwareTransport.DialAddressTimeout(a, timeout)
}

func TestASplitIsMended(t *testing.T) {
	t.Parallel()
	var split atomic.Bool
	var left sync.Map      // The addresses on one side.
	var addrs atomic.Value // Of all, as the status topic has them.
	addrs.Store([]string{})
	start := func(id string) *worker {
		o := options(id, "1")
		o.Seeds = func() []string { return addrs.Load().([]string) }
		o.Clock = hurried{factor: 20}
		own := ""
		o.wrap = func(wire memberlist.NodeAwareTransport) memberlist.NodeAwareTransport {
			ip, port, err := wire.FinalAdvertiseAddr("", 0)
			require.NoError(t, err)
			own = (&net.TCPAddr{IP: ip, Port: port}).String()
			return cable{wire, func(addr string) bool {
				_, mine := left.Load(own)
				_, theirs := left.Load(addr)
				return split.Load() && mine != theirs
			}}
		}
		w := join(t, o)
		addrs.Store(append(slices.Clone(addrs.Load().([]string)), w.Addr()))
		return w
	}
	a, b, c, d := start("a"), start("b"), start("c"), start("d")
	workers := []*worker{a, b, c, d}
	whole := []string{"a/1/up", "b/1/up", "c/1/up", "d/1/up"}
	for _, w := range workers {
		w.eventually(t, whole...)
	}
	left.Store(a.Addr(), nil)
	left.Store(b.Addr(), nil)
	split.Store(true)
	begun := time.Now()
	for _, w := range []*worker{a, b} {
		w.eventually(t, "a/1/up", "b/1/up")
	}
	for _, w := range []*worker{c, d} {
		w.eventually(t, "c/1/up", "d/1/up")
	}
	t.Log("split after", time.Since(begun))
	split.Store(false)
	begun = time.Now()
	for _, w := range workers {
		w.eventually(t, whole...)
	}
	t.Log("mended after", time.Since(begun))
}

func TestASeedThatDoesNotAnswerDelaysNoOther(t *testing.T) {
	t.Parallel()
	a := join(t, options("a", "1"))
	hanging := "127.0.0.1:9"
	release := make(chan struct{})
	defer close(release)
	o := options("b", "1", hanging, a.Addr())
	o.wrap = func(wire memberlist.NodeAwareTransport) memberlist.NodeAwareTransport {
		return cable{wire, func(addr string) bool {
			if addr == hanging {
				<-release
			}
			return false
		}}
	}
	join(t, o).eventually(t, "a/1/up", "b/1/up")
}

func TestASilentProcessKeepsItsNameAndTheNewcomerWaits(t *testing.T) {
	t.Parallel()
	var stalled atomic.Bool
	var address atomic.Value
	address.Store("")
	change := func(o *Options) {
		o.wrap = func(wire memberlist.NodeAwareTransport) memberlist.NodeAwareTransport {
			return cable{wire, func(addr string) bool { return stalled.Load() && addr == address.Load() }}
		}
	}
	a, b, c := three(t, change)
	address.Store(c.Addr())
	stalled.Store(true)
	o := options("c", "2", a.Addr(), b.Addr())
	change(&o)
	newcomer := join(t, o)
	newcomer.eventually(t, "a/1/up", "b/1/up", "c/2/up")
	// It does not answer for so long that it counts as dead.
	a.eventually(t, "a/1/up", "b/1/up", "c/2/up")
	b.eventually(t, "a/1/up", "b/1/up", "c/2/up")
	assert.Empty(t, newcomer.refused)
	// It comes back, and was started earlier.
	stalled.Store(false)
	assert.Equal(t, &NameTakenError{Worker: "c", Addr: c.Addr()}, refusal(t, newcomer))
	newcomer.Close(true)
	a.eventually(t, "a/1/up", "b/1/up", "c/1/up")
	b.eventually(t, "a/1/up", "b/1/up", "c/1/up")
}
