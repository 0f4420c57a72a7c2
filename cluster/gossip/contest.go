// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

const (
	// again is the time between two looks at processes that share a worker's id, while they do.
	again = time.Second
	// knock is how long connecting to one of them may take.
	knock = 500 * time.Millisecond
	// pings is how many of them have to be lost before one counts as silent.
	pings = 3
)

// sign is what a process gives of itself when it is asked.
type sign int

const (
	// silent is one that may be alive: memberlist will find out.
	silent sign = iota
	// here is one that answers under its own name, which has its boot in it.
	here
	// gone is one whose address refuses connections, or has another process of the worker.
	gone
)

// examine looks into worker ids that several processes have. Usually it is a worker that was restarted, whose former process
// memberlist takes for alive for another two or three seconds.
func (n *Network) examine() {
	stop := func() bool { return false }
	defer func() { stop() }()
	for n.await(n.contested) {
		n.mu.Lock()
		contested := n.roster.contested()
		n.mu.Unlock()
		if len(contested) == 0 {
			continue
		}
		var wg sync.WaitGroup
		for _, m := range contested {
			wg.Go(func() { n.settle(m, n.ask(m)) })
		}
		wg.Wait()
		notify(n.changed)
		n.introduce(false)
		stop()
		stop = n.o.Clock.AfterFunc(again, func() { notify(n.contested) })
	}
}

// ask finds out whether a process is there.
func (n *Network) ask(m member) sign {
	n.mu.Lock()
	replaced := n.roster.replaced(m)
	n.mu.Unlock()
	if replaced {
		return gone
	}
	conn, err := n.wire.DialAddressTimeout(memberlist.Address{Addr: m.addr, Name: m.node}, knock)
	if err != nil && refuses(err) {
		return gone
	}
	if err == nil {
		_ = conn.Close()
	}
	at, err := netip.ParseAddrPort(m.addr)
	if err != nil {
		return silent
	}
	for range pings {
		if n.ctx.Err() != nil {
			return silent
		}
		if _, err := n.list.Ping(m.node, net.UDPAddrFromAddrPort(at)); err == nil {
			return here
		}
	}
	return silent
}

// settle draws the conclusion. Of two processes of this worker's id that are here, the later one gives way.
func (n *Network) settle(m member, s sign) {
	n.mu.Lock()
	n.roster.mark(m, s)
	self := n.roster.self
	n.mu.Unlock()
	if m.worker != self.worker || s != here || n.ctx.Err() != nil {
		return
	}
	if m.precedes(self) {
		n.refuse(&NameTakenError{Worker: m.worker, Addr: m.addr})
		return
	}
	if n.limit.pass("namesake " + m.addr) {
		n.o.Log.Warn("gossip: a process that was started later has this worker's id: it is ignored and has to give way",
			"worker", m.worker, "addr", m.addr)
	}
}
