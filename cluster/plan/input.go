// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"iter"

	"github.com/longshore-io/connect/cluster/generation"
)

// Unknown stands for a number of tasks that is not known: a connector's last commit of tasks was not complete. What it has stays.
const Unknown = -1

// Work is what there is to run: each connector by name with the number of its tasks, or [Unknown].
type Work interface {
	All() iter.Seq2[string, int]
}

// Process is one process of a worker.
type Process struct {
	Worker string
	Boot   generation.Boot
}

// Ack is the latest that a process has said of what it runs.
type Ack struct {
	// Applied is the generation that it has taken up.
	Applied int64
	// Holding tells whether it holds a unit under the grant of a generation.
	Holding map[generation.Holding]bool
}

// Input is what a generation is made from.
type Input struct {
	// State is the generation that is in the log.
	State generation.State
	// Work is what there is to run.
	Work Work
	// Members are the workers that may be given work, by id. A process that is Leaving, Dead or Left is none, even if it is here.
	Members map[string]generation.Boot
	// Leaving are processes that hand their work over.
	Leaving map[Process]bool
	// Dead are processes that were declared dead, or that another process of the same worker has followed.
	Dead map[Process]bool
	// Left are processes that have ended on their own, with everything stored.
	Left map[Process]bool
	// Acks are what processes have said, by process.
	Acks map[Process]Ack
	// Wait says that the work of a worker which is dead is not given to others yet: it may come back.
	Wait func(worker string) bool
	// Floor is a generation that the next one must be above, as well as above State's.
	Floor int64
}
