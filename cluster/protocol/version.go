// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"fmt"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// speaks is the version that a cluster of these members speaks: the newest that all of them do, and never an older one than it has
// spoken.
func (n *Node) speaks(members map[string]generation.Boot) int {
	version := n.settings.Self.Newest
	for id, boot := range members {
		if p := n.people.all[plan.Process{Worker: id, Boot: boot}]; p != nil && p.told && p.presence.Newest > 0 {
			version = min(version, p.presence.Newest)
		}
	}
	return max(version, n.state().Version)
}

// understands tells whether a worker speaks what the cluster does, and says once where it does not.
func (n *Node) understands(p *process) bool {
	oldest, newest := p.presence.Oldest, p.presence.Newest
	spoken := n.state().Version
	switch {
	case newest == 0:
		return true
	case spoken == 0 && oldest <= n.settings.Self.Newest && newest >= n.settings.Self.Oldest:
		return true
	case spoken != 0 && oldest <= spoken && newest >= spoken:
		return true
	}
	if !p.refusedTold {
		p.refusedTold = true
		n.warn("a worker is given no work, since it does not speak the cluster's version of the protocol", "worker", p.Worker,
			"speaks", versions(oldest, newest), "cluster", spoken)
	}
	return false
}

// checkVersion halts this worker where the cluster speaks a version that it does not.
func (n *Node) checkVersion() {
	spoken, self := n.state().Version, n.settings.Self
	if spoken == 0 || self.Oldest <= spoken && spoken <= self.Newest {
		return
	}
	advice := "run a newer release of it"
	if spoken < self.Oldest {
		advice = "bring the other workers to a newer release first, or run an older one of this"
	}
	n.halt(fmt.Errorf("this worker speaks versions %s of the cluster protocol, the cluster speaks version %d: %s",
		versions(self.Oldest, self.Newest), spoken, advice))
}

func versions(oldest, newest int) string { return fmt.Sprintf("%d to %d", oldest, newest) }
