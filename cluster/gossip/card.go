// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/hashicorp/memberlist"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
)

// separator is between the worker's id and its boot in the name of a node.
const separator = " "

// card is what a process tells of itself in the metadata of its node, as JSON with short names, for there is little room.
// Fields that are not known are ignored.
type card struct {
	Group  string                 `json:"g"`
	State  generation.WorkerState `json:"s"`
	RPC    string                 `json:"r"`
	Oldest int                    `json:"o"`
	Newest int                    `json:"n"`
	// Started is when the process joined, by its own wall clock, in milliseconds of Unix time: the later one of two processes
	// of one worker gives way. All see the same two numbers, so exactly one does, even where clocks differ.
	Started int64 `json:"t"`
}

// encode refuses what memberlist would panic about.
func (c card) encode() ([]byte, error) {
	meta, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode what the worker tells of itself: %w", err)
	}
	if len(meta) > memberlist.MetaMaxSize {
		return nil, fmt.Errorf("what the worker tells of itself in gossip takes %d bytes of at most %d: its group.id takes %d, its RPC address %d",
			len(meta), memberlist.MetaMaxSize, len(c.Group), len(c.RPC))
	}
	return meta, nil
}

// member is a process as a node of memberlist.
type member struct {
	card
	// node is its name there.
	node   string
	worker string
	boot   generation.Boot
	// addr is its gossip address, ip:port.
	addr string
}

// memberOf copies what it needs: memberlist goes on changing its nodes.
func memberOf(node *memberlist.Node) (member, error) {
	m := member{node: node.Name, addr: net.JoinHostPort(node.Addr.String(), strconv.Itoa(int(node.Port)))}
	at := strings.LastIndex(node.Name, separator)
	if at < 0 {
		return m, fmt.Errorf("the node %q at %s is not a worker", node.Name, m.addr)
	}
	m.worker, m.boot = node.Name[:at], generation.Boot(node.Name[at+len(separator):])
	if err := json.Unmarshal(node.Meta, &m.card); err != nil {
		return m, fmt.Errorf("read what the worker %s at %s tells of itself: %w", m.worker, m.addr, err)
	}
	return m, nil
}

func nodeName(worker string, boot generation.Boot) string { return worker + separator + string(boot) }

// precedes orders processes of one worker: the one that does not precede gives way.
func (m member) precedes(other member) bool {
	if m.Started != other.Started {
		return m.Started < other.Started
	}
	return m.boot < other.boot
}

// fits tells why another member cannot be in one cluster with m.
func (m member) fits(other member) error {
	switch {
	case other.Group != m.Group:
		return &GroupError{Group: m.Group, Other: other.Group, Addr: other.addr}
	case other.Newest < m.Oldest || other.Oldest > m.Newest:
		return &VersionError{Oldest: m.Oldest, Newest: m.Newest, OtherOldest: other.Oldest, OtherNewest: other.Newest, Addr: other.addr}
	}
	return nil
}

func (m member) peer() protocol.Peer {
	return protocol.Peer{Worker: m.worker, Boot: m.boot, State: m.State, RPC: m.RPC}
}
