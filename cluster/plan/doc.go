// SPDX-License-Identifier: Apache-2.0

// Package plan decides which generation follows: who shall run what, given what is agreed, what the connectors are, who is there,
// who was declared dead, and what was acknowledged. It is a function of its arguments.
//
// The work is balanced, by tasks and then by connector instances, and stays where it is: only what must move does. Work of a live
// worker is taken away in two steps, work of one that is dead at once, with the order to fence it first.
//
// What lives here: that decision. What does not: verdicts on who is dead, timers and leadership, which are cluster/protocol's.
package plan
