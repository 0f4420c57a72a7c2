// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/hashicorp/memberlist"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/protocol"
	"github.com/longshore-io/connect/internal/clock"
)

// Options are what a worker brings to the network. All are needed, but for Advertise.
type Options struct {
	// Worker is its id, Boot this process of it; neither has a space in it.
	Worker string
	Boot   generation.Boot
	// Group is group.id. Nodes of another one are refused.
	Group string
	// Oldest and Newest are the versions of the cluster protocol that it speaks. Nodes that speak none of them are refused.
	Oldest, Newest int
	// Bind is the host:port to listen on, with UDP and TCP; port 0 takes a free one, no host all addresses of the machine.
	Bind string
	// Advertise is the host or host:port under which others reach it: "" for the bound address or, where that is all addresses,
	// the machine's first usable one.
	Advertise string
	// RPC is the address of its gateway, host:port.
	RPC string
	// Keys are secrets of any length: the first one encrypts, all of them decrypt. There has to be one.
	Keys [][]byte
	// Seeds are the addresses, host:port, at which others may be: those configured, and those that others have told of themselves.
	// It is called again and again.
	Seeds func() []string
	// Changed is given all who seem alive, this worker included, sorted, whenever that has changed. It may be slow: it is then told
	// less often, of the latest. It runs on a goroutine of the network's, so it must not call Close.
	Changed func(peers []protocol.Peer)
	// Refused is told, once each, why this worker cannot take part: a *NameTakenError, *GroupError, *VersionError or *SecretError.
	// It runs on goroutines of the network's, so it must not call Close.
	Refused func(err error)
	Clock   clock.Clock
	Log     *slog.Logger

	// wrap puts something between memberlist and the network. Tests cut wires with it.
	wrap func(memberlist.NodeAwareTransport) memberlist.NodeAwareTransport
}

func (o *Options) check() error {
	switch {
	case o.Worker == "" || strings.Contains(o.Worker, separator):
		return fmt.Errorf("worker id %q: must not be empty or have a space in it", o.Worker)
	case o.Boot == "" || strings.Contains(string(o.Boot), separator):
		return fmt.Errorf("boot %q: must not be empty or have a space in it", o.Boot)
	case o.Oldest > o.Newest:
		return fmt.Errorf("versions of the cluster protocol: %d is above %d", o.Oldest, o.Newest)
	case o.Seeds == nil || o.Changed == nil || o.Refused == nil || o.Clock == nil || o.Log == nil:
		return errors.New("gossip: Seeds, Changed, Refused, Clock and Log are needed")
	}
	return nil
}
