// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// wires are those between the workers of a cluster, for gossip and gateway. A worker listens at an address of its own and advertises
// another one, where its wires end. This needs the many loopback addresses and the /proc of Linux.
type wires struct {
	*exchange
	ends []*wireEnd
	// between two workers there is one wire.
	between map[[2]int]*wire
}

// wireEnd is where others reach a worker.
type wireEnd struct {
	of *worker
	// gossip and gate are where the worker listens; others see the same ports at outside.
	gossip, gate netip.AddrPort
	outside      netip.Addr
	packets      *net.UDPConn
}

// wired describes workers whose wires can be cut.
func wired(c *workers, n int) *wires {
	c.t.Helper()
	w := &wires{exchange: newExchange(c.t), between: map[[2]int]*wire{}}
	for i := range n {
		inside := netip.AddrFrom4([4]byte{127, 0, 20, byte(i + 1)})
		end := &wireEnd{outside: netip.AddrFrom4([4]byte{127, 0, 21, byte(i + 1)})}
		free := func() netip.AddrPort {
			return netip.AddrPortFrom(inside, netip.MustParseAddrPort(kafkatest.FreeAddress(c.t)).Port())
		}
		end.gossip, end.gate = free(), free()
		end.of = c.add(map[string]string{"cluster.bind": end.gossip.String(), "cluster.gateway.bind": end.gate.String(),
			"cluster.advertise": end.outside.String()})
		w.ends = append(w.ends, end)
		for j := range i {
			w.between[[2]int{i, j}] = &wire{}
			w.between[[2]int{j, i}] = w.between[[2]int{i, j}]
		}
	}
	for i, end := range w.ends {
		w.open(c, i, end)
	}
	for _, end := range w.ends {
		w.busy.Go(func() { w.passPackets(end) })
	}
	return w
}

func (w *wires) open(c *workers, i int, end *wireEnd) {
	c.t.Helper()
	packets, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(end.outside, end.gossip.Port())))
	require.NoError(c.t, err)
	end.packets = packets
	w.closers = append(w.closers, packets)
	for _, inside := range []netip.AddrPort{end.gossip, end.gate} {
		w.listen(c.t, netip.AddrPortFrom(end.outside, inside.Port()).String(), inside.String(), func(conn net.Conn) *wire {
			return w.between[[2]int{w.caller(conn), i}]
		})
	}
}

// passPackets sends on what others have sent to a worker, from where it would come if there were no wires.
func (w *wires) passPackets(end *wireEnd) {
	packet := make([]byte, 64<<10)
	for {
		n, from, err := end.packets.ReadFromUDPAddrPort(packet)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		for i, other := range w.ends {
			if err != nil || from.Addr().Unmap() != other.gossip.Addr() || other == end {
				continue
			}
			if w.between[[2]int{i, w.index(end)}].broken() == nil {
				_, _ = other.packets.WriteToUDPAddrPort(packet[:n], end.gossip) // packets may be lost
			}
		}
	}
}

func (w *wires) index(end *wireEnd) int {
	for i, other := range w.ends {
		if other == end {
			return i
		}
	}
	return -1
}

// caller is the worker whose process has the other end of a connection, -1 for none.
func (w *wires) caller(conn net.Conn) int {
	inode, err := inodeOf(netip.MustParseAddrPort(conn.RemoteAddr().String()))
	if err != nil {
		return -1
	}
	commands, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, command := range commands {
		line, _ := os.ReadFile(command) // a process may have ended
		for i, end := range w.ends {
			if bytes.Contains(line, []byte(end.of.args[0])) && hasSocket(filepath.Dir(command), inode) {
				return i
			}
		}
	}
	return -1
}

func hasSocket(process, inode string) bool {
	descriptors, _ := filepath.Glob(process + "/fd/*")
	for _, descriptor := range descriptors {
		if to, err := os.Readlink(descriptor); err == nil && to == "socket:["+inode+"]" {
			return true
		}
	}
	return false
}

// inodeOf is that of the socket with a local address: field 10 of its line in /proc/net/tcp (proc(5)), where an address is a word of
// the machine in hexadecimal digits.
func inodeOf(local netip.AddrPort) (string, error) {
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return "", err
	}
	ip := local.Addr().As4()
	little := fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], local.Port())
	big := fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[0], ip[1], ip[2], ip[3], local.Port())
	for line := range strings.Lines(string(table)) {
		if fields := strings.Fields(line); len(fields) > 9 && (fields[1] == little || fields[1] == big) {
			return fields[9], nil
		}
	}
	return "", fmt.Errorf("no socket has the address %s", local)
}

// isolate cuts the wires between one worker and all others.
func (w *wires) isolate(one *worker) {
	for pair, wire := range w.between {
		if (w.ends[pair[0]].of == one) != (w.ends[pair[1]].of == one) {
			wire.cut()
		}
	}
}

func (w *wires) mend() {
	for _, wire := range w.between {
		wire.mend()
	}
}
