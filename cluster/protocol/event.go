// SPDX-License-Identifier: Apache-2.0

package protocol

import (
	"time"

	"github.com/longshore-io/connect/cluster/generation"
	"github.com/longshore-io/connect/cluster/plan"
)

// Instant is a reading of a clock that never goes back and goes on while the machine is suspended. Only differences mean something.
type Instant = time.Duration

// Event is something that has happened. It is one of the types below.
type Event interface{ event() }

type (
	// Read says that the config topic was read on, up to Position: the offset behind the last record that was seen or skipped.
	Read struct {
		// Records are those that generations are made of, in their order; others are left out.
		Records []generation.Record
		// Position never goes back.
		Position int64
		// Work is what the connectors are at Position.
		Work plan.Work
	}
	// Ready says that this worker can begin: both topics were read to the ends that were asked for after its boot, and its
	// offsets are its own.
	Ready struct {
		// Floor is the highest generation in any status.
		Floor int64
	}
	// Tick comes again and again, every [Settings].Tick: a longer gap is a stall of the process.
	Tick struct{}
	// EndAnswered is what Kafka says of the end of the config topic for readers of committed records. Asked is when it was asked.
	EndAnswered struct {
		Asked Instant
		End   int64
	}
	// EndUnknown says that Kafka did not answer.
	EndUnknown struct{ Asked Instant }
	// Gossiped is who seems alive, all of it, this worker included.
	Gossiped struct{ Peers []Peer }
	// Heard is what a worker tells of itself: read in the status topic, this worker's own too, or sent by it.
	Heard struct{ Presence generation.Presence }
	// Forgotten says that the record of a worker was removed from the status topic.
	Forgotten struct{ Worker string }
	// Called is a roll call that was read in the status topic, this worker's own too: from then on an answer is waited for.
	Called struct{ Call generation.RollCall }
	// Refused says that the port of a process refuses connections: nobody listens there any more.
	Refused struct{ Process plan.Process }
	// Claimed says that the lead was claimed: everything that was ever written under an earlier claim has been Read.
	Claimed struct{}
	// ClaimFailed says that it could not be.
	ClaimFailed struct{ Err error }
	// Written says that a Commit is in the log and has been Read.
	Written struct{ Commit int64 }
	// WriteFailed says that it may not be.
	WriteFailed struct {
		Commit int64
		// Fenced: another worker has claimed the lead since.
		Fenced bool
		// Unknown: the records may be in the log or not. Unless Fenced or Unknown, they are not.
		Unknown bool
		Err     error
	}
	// Mutation asks a leader to write records of the config topic, together with the generation that follows from them. It is given
	// only while [Node.Free], and is answered by a Commit with its ID, which Written or WriteFailed follows, or by Declined.
	Mutation struct {
		ID      int64
		Records []generation.Record
		// Work is what the connectors are with the records.
		Work plan.Work
		// Patient says that the generation may follow a bit later. Where many connectors are created one after the other, most share one.
		Patient bool
	}
	// Stopped says that this worker has ended a unit that it was told to Stop, or that has ended by itself for good: flushed,
	// committed, and no goroutine of it is left.
	Stopped struct{ Holding generation.Holding }
	// Abandoned says that the user code of a unit that was told to Stop ignores that, and that the unit is cut off: nothing of it
	// reaches Kafka any more, not even what was on its way. Stopped follows when the user code returns, if ever.
	Abandoned struct{ Holding generation.Holding }
	// Fenced says that the workers of a Fence were fenced. Where a Start tells it of its own, they are not fenced again when the
	// unit is revoked.
	Fenced struct{ Holding generation.Holding }
	// Leave asks to hand everything over and to go.
	Leave struct{}
)

// Peer is a worker as gossip sees it.
type Peer struct {
	Worker string
	Boot   generation.Boot
	// State is Up, NoKafka or Leaving.
	State generation.WorkerState
	// RPC is the address of its gateway.
	RPC string
}

func (Read) event()        {}
func (Ready) event()       {}
func (Tick) event()        {}
func (EndAnswered) event() {}
func (EndUnknown) event()  {}
func (Gossiped) event()    {}
func (Heard) event()       {}
func (Forgotten) event()   {}
func (Called) event()      {}
func (Refused) event()     {}
func (Claimed) event()     {}
func (ClaimFailed) event() {}
func (Written) event()     {}
func (WriteFailed) event() {}
func (Mutation) event()    {}
func (Stopped) event()     {}
func (Abandoned) event()   {}
func (Fenced) event()      {}
func (Leave) event()       {}
