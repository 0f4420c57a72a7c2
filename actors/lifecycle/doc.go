// SPDX-License-Identifier: Apache-2.0

// Package lifecycle decides what a task or a connector does next. It is pure: no goroutine, no clock, no Kafka.
//
// An actor keeps a State, turns everything that happens to it into an Event, calls Next, and carries out the effects that
// come back, in their order:
//
//	state, effects := lifecycle.Next(t.state, lifecycle.Event{Kind: lifecycle.RunFailed, Generation: g, Trace: trace})
//
// A generation is one life of the user's code: spawned once, cancelled at most once, and over when Exited is heard, which
// every generation must send exactly once and last. Started, StartFailed, RunFailed and Fenced are what a generation says
// before that. A generation that has an error to tell only when it is over puts it into Exited.
//
// Two types keep apart what is so and what is told: Phase is where a task stands in here, connect.State is what the status
// topic says in Kafka Connect's words. State.Reported is always what the last Publish said.
//
// A new configuration is a RestartRequested: whatever is spawned next takes the newest one. FAILED stays until something
// asks for a restart, releases the work, or stops the connector.
//
// What does not live here: when a failed task is started again by itself (package restart decides, Event.Retry tells), and
// the actors that carry out the effects (package actors).
package lifecycle
