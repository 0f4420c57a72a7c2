// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// Action is something that the worker has to do. It is one of the types below. The actions of one step are carried out in their order.
type Action interface{ action() }

type (
	// Start runs a unit under a grant. Where its Fence has workers, their offsets are fenced first; then the ends of the topics are
	// asked for and read up to, and only then the unit starts, unless it was told to Stop meanwhile. Starting counts as holding.
	Start struct {
		Unit  generation.Unit
		Grant generation.Grant
	}
	// Stop ends a unit. Its gate closes at once, before anything else happens; then it flushes, commits and ends. Stopped answers.
	Stop struct {
		Holding generation.Holding
		// Moves says that another worker will run it: it keeps its place in its consumer group.
		Moves bool
	}
	// Lease lets the gates be open until an instant; one that has passed, or is zero, closes them. Work waits in its place.
	Lease struct{ Until Instant }
	// AskEnd asks Kafka where the config topic ends for readers of committed records. EndAnswered or EndUnknown answers.
	AskEnd struct{}
	// Claim claims the lead and reads the config topic to its end. Claimed or ClaimFailed answers.
	Claim struct{}
	// Resign gives up the right to write: another worker leads, or this one goes.
	Resign struct{}
	// Commit writes records to the config topic in one transaction of the leader's, and reads it to its end. Written or WriteFailed
	// answers.
	Commit struct {
		// ID is that of a Mutation; those of a leader's own commits are negative, so that they never meet.
		ID int64
		// Records are those of the Mutation of the same ID, if there is one, then those of a generation, if there is one.
		Records []generation.Record
	}
	// Declined answers a Mutation: this worker does not lead.
	Declined struct{ ID int64 }
	// Publish writes this worker's presence to the status topic.
	Publish struct{ Presence generation.Presence }
	// Tell sends this worker's presence to another worker. Nothing answers, and it need not arrive.
	Tell struct {
		Worker   string
		Presence generation.Presence
	}
	// Call writes a roll call to the status topic.
	Call struct{ Call generation.RollCall }
	// Knock tries to connect to a process's gateway. Refused answers if it refuses, nothing otherwise.
	Knock struct {
		Process plan.Process
		RPC     string
	}
	// Announce has gossip tell another state of this worker.
	Announce struct{ State generation.WorkerState }
	// Fence fences the offsets of workers on behalf of a grant that was revoked before it was started. Fenced answers.
	Fence struct {
		Holding generation.Holding
		Workers []string
	}
	// Forget removes a worker's record from the status topic.
	Forget struct{ Worker string }
	// Gone says that this worker has left: it runs nothing, and everybody who has to can read so. It is the last action.
	Gone struct{}
	// Halt says that this worker cannot take part, and why, in a line for the user.
	Halt struct{ Err error }
	// Tale is something worth a line in the log: a verdict with its evidence, a generation, a claim.
	Tale struct {
		// Warn asks for attention.
		Warn bool
		Text string
		// Pairs are alternating keys and values.
		Pairs []any
	}
)

func (Start) action()    {}
func (Stop) action()     {}
func (Lease) action()    {}
func (AskEnd) action()   {}
func (Claim) action()    {}
func (Resign) action()   {}
func (Commit) action()   {}
func (Declined) action() {}
func (Publish) action()  {}
func (Tell) action()     {}
func (Call) action()     {}
func (Knock) action()    {}
func (Announce) action() {}
func (Fence) action()    {}
func (Forget) action()   {}
func (Gone) action()     {}
func (Halt) action()     {}
func (Tale) action()     {}
