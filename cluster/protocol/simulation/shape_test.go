// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"math/rand/v2"
	"time"

	"github.com/longshore-io/connect/cluster/protocol"
)

// shape is what a history is like: what its seed says before it begins.
type shape struct {
	seed     uint64
	off      guard
	settings protocol.Settings

	workers, connectors, tasks int
	floor                      int64
	// natures are those of the connectors.
	natures [mostConnectors]nature
	// active is how long faults go on, pause the mean time between two.
	active, pause time.Duration
	// slow, unanswered, loss and hanging are probabilities: of a request, of an answer, of a message, of a stop.
	// far is how many of the slow are very slow.
	slow, unanswered, loss, hanging, far float64
	// lag is how much of the data that tasks produce is very slow.
	lag float64
	// faults are how often each kind of fault happens, in relation to the others.
	faults [kinds]int
}

const mostConnectors = 4

// kind is a kind of fault, or of something else that happens from outside.
type kind int

const (
	killing kind = iota
	killingLeader
	killingWriter
	killingTwo
	booting
	stallingShort
	stallingLong
	splitting
	losingKafka
	losingAPI
	leaving
	leavingGranted
	twin
	lying
	changing
	plainWriting
	compacting
	kinds
)

// shapeOf makes the shape of a seed's history.
func shapeOf(seed uint64, off guard) shape {
	r := rand.New(rand.NewPCG(seed, 0x5a9e))
	pick := func(d ...time.Duration) time.Duration { return d[r.IntN(len(d))] }
	h := shape{seed: seed, off: off, settings: protocol.Defaults(), workers: 3 + r.IntN(5), connectors: 1 + r.IntN(mostConnectors), tasks: 1 + r.IntN(3),
		floor: int64(r.IntN(2) * r.IntN(50)), active: time.Duration(60+r.IntN(60)) * s, pause: pick(300*ms, 700*ms, 1500*ms, 4*s)}
	h.settings.Lease = pick(3*s, 6*s, 15*s)
	h.settings.Rebalance = pick(20*s, 30*s)
	h.settings.Silence = pick(6*s, 15*s)
	h.settings.LeaveAlone = pick(2*s, 10*s)
	h.settings.Return = pick(0, 0, 0, 0, 3*s)
	h.settings.Retention = pick(24*time.Hour, 24*time.Hour, 20*s)
	chances := func(p ...float64) float64 { return p[r.IntN(len(p))] }
	h.slow, h.unanswered, h.loss = chances(0, 0.01, 0.1, 0.25), chances(0, 0, 0.01, 0.05), chances(0, 0.1, 0.4)
	h.hanging = chances(0, 0, 0.02, 0.1)
	for k := range h.faults {
		h.faults[k] = r.IntN(4) * r.IntN(4)
	}
	h.far, h.lag = chances(0.15, 0.15, 0.5), chances(0, 0, 0.1, 0.5)
	same := r.IntN(2) == 0
	for i := range h.natures {
		h.natures[i] = nature(r.IntN(3))
		if same {
			h.natures[i] = h.natures[0]
		}
	}
	h.faults[booting] += h.faults[killing] + h.faults[killingTwo] + 2
	h.faults[changing]++
	h.faults[lying] *= 1 + 2*r.IntN(3)
	if off == ackRepeated {
		// Else who has acknowledged in vain takes the lead after a while, and hears itself.
		h.settings.Silence, h.loss = time.Hour, 0.4
	}
	for _, g := range guards {
		if g.off == off && g.rich != nil {
			h.enrich(g.rich)
		}
	}
	return h
}

// enrich makes a history one in which a guard has more to do: with more of some faults, and with sources whose offsets arrive late.
func (h *shape) enrich(kinds []kind) {
	for _, k := range kinds {
		h.faults[k] += 15
	}
	for i := range h.natures {
		h.natures[i] = atLeastOnce
	}
	h.lag, h.pause = 0.5, 400*ms
}
