// SPDX-License-Identifier: Apache-2.0

package plan

import "github.com/longshore-io/connect/cluster/generation"

// heldUnits are the units that a process holds, whatever the grant.
type heldUnits map[generation.Unit]bool

// acked tells whether the owner has taken up the revocation and holds the unit no more, not even under an earlier grant: then two
// workers would run it.
func (d *draft) acked(owner Process, unit generation.Unit, grant generation.Grant) bool {
	ack, heard := d.in.Acks[owner]
	if !heard || ack.Applied < grant.Revoked {
		return false
	}
	held, known := d.acks[owner]
	if !known {
		held = make(heldUnits, len(ack.Holding))
		for holding, holds := range ack.Holding {
			if holds {
				held[holding.Unit] = true
			}
		}
		d.acks[owner] = held
	}
	return !held[unit]
}
