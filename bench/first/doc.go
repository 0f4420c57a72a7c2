// SPDX-License-Identifier: Apache-2.0

// First measures Longshore beside the real Kafka Connect and beside a loop around the bare Kafka client: a file of lines
// into a topic, and a topic into a file of lines, on one broker of this machine. It needs Linux, Java 17, and Maven once.
//
//	go run ./bench/first [-rounds 3] [-lines 3000000]
//
// It prints a Markdown table of medians. What is compared, and how:
//
//   - One real broker. In each round one contender after the other, never two at once: the real Kafka Connect (distributed,
//     one worker, Kafka's own Java options), Longshore (connect-distributed, built from the working tree), the bare client.
//   - Both workers get the same properties: string converters, and defaults for everything else.
//   - Each worker is started anew for each round and copies warmUpLines there and back before anything is measured, so that
//     Java has compiled its code.
//   - Source: from the call that creates the connector until the topic's end offset is the number of lines. Sink: from that
//     call until the file has all bytes. Each copy has a topic, a group and a file of its own; all sinks of a round read the
//     topic that the real Kafka Connect's source has written, since the size of its batches is part of the work.
//   - CPU is what the worker's process has used in user and system mode during that time, memory the largest resident set of
//     its whole life (VmHWM). The bare client is a process of its own too.
//
// The broker shares the machine: on few cores it is part of what limits the faster contenders.
package main
