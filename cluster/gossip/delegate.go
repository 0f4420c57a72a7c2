// SPDX-License-Identifier: Apache-2.0

package gossip

import "github.com/hashicorp/memberlist"

// delegate is what memberlist calls. It may hold its lock meanwhile: nothing here waits for anything or calls it back.
type delegate struct{ n *Network }

// NodeMeta is what this worker tells of itself.
func (d delegate) NodeMeta(int) []byte {
	d.n.mu.Lock()
	defer d.n.mu.Unlock()
	return d.n.meta
}

// NotifyJoin takes up a process that is alive.
func (d delegate) NotifyJoin(node *memberlist.Node) { d.put(node) }

// NotifyUpdate takes up what it tells of itself now.
func (d delegate) NotifyUpdate(node *memberlist.Node) { d.put(node) }

// NotifyLeave forgets one that is dead or has left. Whether it is, is looked at soon.
func (d delegate) NotifyLeave(node *memberlist.Node) {
	d.n.mu.Lock()
	d.n.roster.remove(node.Name)
	d.n.mu.Unlock()
	notify(d.n.changed)
	d.n.Reach()
}

func (d delegate) put(node *memberlist.Node) {
	m, err := memberOf(node)
	if err != nil {
		return // NotifyAlive has refused it.
	}
	d.n.mu.Lock()
	d.n.roster.put(m)
	d.n.mu.Unlock()
	notify(d.n.changed)
	notify(d.n.contested)
}

// NotifyAlive refuses a process that cannot be in one cluster with this one, wherever news of it come from.
func (d delegate) NotifyAlive(node *memberlist.Node) error {
	m, err := memberOf(node)
	if err != nil {
		return err
	}
	return d.n.self().fits(m)
}

// NotifyMerge refuses a whole cluster one of whose processes cannot be in one cluster with this one. It is asked when either side
// joins the other, so both sides come to the same answer.
func (d delegate) NotifyMerge(nodes []*memberlist.Node) error {
	self := d.n.self()
	for _, node := range nodes {
		if node.State != memberlist.StateAlive && node.State != memberlist.StateSuspect {
			continue
		}
		m, err := memberOf(node)
		if err != nil {
			return err
		}
		if err := self.fits(m); err != nil {
			d.n.reject(reason{err, m.precedes(self)})
			return err
		}
	}
	return nil
}

// NotifyMsg ignores what this package never sends.
func (delegate) NotifyMsg([]byte) {}

// GetBroadcasts adds nothing to what memberlist sends.
func (delegate) GetBroadcasts(int, int) [][]byte { return nil }

// LocalState adds nothing to what memberlist exchanges.
func (delegate) LocalState(bool) []byte { return nil }

// MergeRemoteState ignores what this package never sends.
func (delegate) MergeRemoteState([]byte, bool) {}
