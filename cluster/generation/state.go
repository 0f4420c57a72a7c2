// SPDX-License-Identifier: Apache-2.0

package generation

// Instance stands for a connector's own instance where a task number is expected.
const Instance = -1

// Unit is what is shared out: a task, or the instance of a connector, whose Task is [Instance].
type Unit struct {
	Connector string
	Task      int
}

// Boot tells one start of a worker from the next: a random text.
type Boot string

// Grant is the right of one worker's process to run a unit.
type Grant struct {
	// Worker is the owner's id, Boot the process of it that the right was given to.
	Worker string
	Boot   Boot
	// Since is the generation that gave the right. It stays while the right does, and is the unit's generation in its status.
	Since int64
	// Revoked is the generation that asked the owner to stop; 0 where none has. The owner is in the log until it has
	// acknowledged, or is declared dead.
	Revoked int64
	// Fence are the ids of workers, sorted, whose offsets have to be fenced before the unit starts, and before its revocation is
	// acknowledged: former owners that were declared dead.
	Fence []string
}

// Worker is a worker of the cluster as the head lists it.
type Worker struct {
	// Boot is the process that the leader counts as the worker.
	Boot Boot
	// Generation is the one that its latest record carries, Parts in how many records that is.
	Generation int64
	Parts      int
}

// State is what one generation says of everything. A State that was given out is not changed any more: whoever makes the next
// one makes new maps where something differs.
type State struct {
	// Number is the generation's; 0 is the state before the first.
	Number int64
	// Version is the version of the protocol that the cluster speaks.
	Version int
	// Term counts claims of the lead.
	Term int64
	// Leader is the id of the worker that leads, "" where the last one has resigned; LeaderBoot is its process and LeaderURL the
	// URL of its REST API.
	Leader     string
	LeaderBoot Boot
	LeaderURL  string
	// Reason says in a few words what led to this generation.
	Reason string
	// Workers are those of the cluster, by id.
	Workers map[string]Worker
	// Grants are the rights, by unit.
	Grants map[Unit]Grant
	// Lost are units that nobody owns, with those of their former owners that are still to be fenced, sorted.
	Lost map[Unit][]string
}
