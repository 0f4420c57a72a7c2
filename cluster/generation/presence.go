// SPDX-License-Identifier: Apache-2.0

package generation

// WorkerState is what a worker says of itself.
type WorkerState string

// What a worker says of itself.
const (
	// Up is a worker that takes work.
	Up WorkerState = "up"
	// NoKafka is one that cannot confirm its share against Kafka; in gossip only.
	NoKafka WorkerState = "nokafka"
	// Leaving is one that hands its work over.
	Leaving WorkerState = "leaving"
	// Left is one that runs nothing any more and has stored all that it had to.
	Left WorkerState = "left"
)

// Holding is a unit that a worker runs, starts or has not finished stopping, with the generation that gave it.
type Holding struct {
	Unit
	Since int64
}

// Presence is what a worker tells of itself: that it is there, where it can be reached, which generation it has taken up, and
// what it holds. It is a record of the status topic, of which the latest counts, and it is sent to the leader directly. It never
// has a secret in it.
type Presence struct {
	// Worker is its id, Boot this process of it.
	Worker string
	Boot   Boot
	// Gossip and RPC are addresses, host:port; REST is a URL.
	Gossip, RPC, REST string
	// State is Up, Leaving or Left.
	State WorkerState
	// Oldest and Newest are the versions of the protocol that it speaks.
	Oldest, Newest int
	// Seq grows with each that the process tells: of two, the larger is the later.
	Seq int64
	// Applied is the generation that it has taken up: what is not in Holding as of it was stopped, flushed and committed.
	Applied int64
	// Holding is sorted by connector and task.
	Holding []Holding
	// Answer is the nonce of the roll call that it answers, "" for none.
	Answer string
}

// RollCall asks workers, through Kafka, whether they are there. Who is asked and can run answers with its presence.
type RollCall struct {
	// Nonce is a random text that the answers repeat.
	Nonce string
	// By asks, Asks are asked: ids of workers.
	By   string
	Asks []string
}
