// SPDX-License-Identifier: Apache-2.0

// Package machine is what the benches share: what they are measured on, how much memory processes take, and our worker as a process.
//
// What does not live here: what a bench measures, which is in the bench.
package machine
