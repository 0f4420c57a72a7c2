// SPDX-License-Identifier: Apache-2.0

// Cluster measures how long workers that share connectors need to have all of them running: after they start, and after one of them
// was killed. It needs Linux, Java 17, and Maven once.
//
//	go run ./bench/cluster [-rounds 3] [-connectors 1000] [-workers 3]
//
// It prints a Markdown table of medians. What is measured, and how:
//
//   - One real broker, and workers with Kafka's own properties: defaults, but for addresses and names. Each connector is a
//     FileStreamSource with one task, which copies a few lines and then waits for more.
//   - Created: from the first of the calls that create the connectors, some at a time and to all workers by turns, until all run.
//   - Started: all workers are stopped gracefully, and started again at the same moment; from then until all run.
//   - Killed: kill -9 of a worker that does not lead, and of the leader, each when all workers have their share; from then until all
//     connectors and tasks run that the killed one had. It is started again for the next one.
//   - All run means that a worker that is there says of all connectors and their tasks that they are RUNNING, on workers that are there.
//   - Memory is the largest resident set of a worker's process in its whole life (VmHWM), the largest of all workers.
//
// The broker shares the machine.
package main
