// SPDX-License-Identifier: Apache-2.0

// Package machine is what the benches share: what they are measured on, how much memory processes take, our worker as a process,
// and calls of REST APIs.
//
// What does not live here: what a bench measures, which is in the bench.
package machine
