// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"github.com/longshore-io/connect/cluster/protocol"
)

// guard is one of the rules that keep the cluster together. One can be switched off, to see that it is needed.
type guard string

const (
	all                guard = ""
	leaderFencing      guard = "a leader that another has followed is fenced"
	deadFencing        guard = "the offsets of who was declared dead are fenced"
	lease              guard = "a gate closes with the lease"
	stallCheck         guard = "a gate closes when the process stands still"
	generationCheck    guard = "an acknowledgement counts from its generation on"
	handOver           guard = "work is given on once its owner has acknowledged"
	bootInGrants       guard = "a right names the process"
	fencesAccumulate   guard = "all former owners are fenced, not only the last"
	claimReadsOn       guard = "a claim reads to the end"
	taskFencing        guard = "an exactly-once task that another has followed is fenced"
	ackAfterFlush      guard = "an acknowledgement follows the flush"
	cutBeforeAbandoned guard = "an acknowledgement of what is abandoned comes when nothing of it is on its way"
	fencesBeforeAck    guard = "an acknowledgement follows the fences of the right"
	leftKeepsFences    guard = "who has left leaves the fences that it owed"
	reinitReadsOn      guard = "who was fenced reads to the end before it writes again"
	leaseFromQuestion  guard = "a lease runs from the question"
	readToTheEnd       guard = "a lease is for who has read to the end"
	gateBeforePosition guard = "a gate closes before the lease is renewed"
	ackRepeated        guard = "an acknowledgement is repeated"
	fencedClaimsAgain  guard = "who was fenced though it is the owner claims again"
)

// guards are all of them, each with what is violated without it, and with the faults that it is for where chance alone has too few
// of them.
var guards = []struct {
	off      guard
	violated string
	rich     []kind
}{
	{leaderFencing, "S3", nil},
	{deadFencing, "S4", nil},
	{lease, "S1", nil},
	{stallCheck, "stall", nil},
	{generationCheck, "S1", nil},
	{handOver, "S1", nil},
	{bootInGrants, "S5", nil},
	{fencesAccumulate, "S4", []kind{lying, changing}},
	{claimReadsOn, "S2", nil},
	{taskFencing, "S1 exactly-once", nil},
	{ackAfterFlush, "S4", []kind{leaving, changing}},
	{cutBeforeAbandoned, "S4", []kind{leaving, changing}},
	{fencesBeforeAck, "S4", []kind{lying, lying, changing}},
	{leftKeepsFences, "S4", []kind{lying, lying, leavingGranted}},
	{reinitReadsOn, "S4", []kind{lying}},
	{leaseFromQuestion, "S1", nil},
	{readToTheEnd, "S1", nil},
	{gateBeforePosition, "S1", nil},
	{ackRepeated, "L", nil},
	{fencedClaimsAgain, "L", nil},
}

func (w *world) off(g guard) bool { return w.shape.off == g }

// everything is an acknowledgement of all generations that there will ever be.
const everything = 1 << 40

// falsify changes what a process is told, where that switches off a guard that it has itself.
func (w *world) falsify(_ *process, e protocol.Event) protocol.Event {
	heard, ok := e.(protocol.Heard)
	if !ok {
		return e
	}
	switch {
	case w.off(generationCheck):
		heard.Presence.Applied = everything
	case w.off(handOver):
		heard.Presence.Applied, heard.Presence.Holding = everything, nil
	}
	return heard
}
