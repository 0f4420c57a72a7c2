// SPDX-License-Identifier: Apache-2.0

// Bench measures Longshore beside the real Kafka Connect, and where that makes sense beside a loop around the bare Kafka client, on one
// broker of this machine. It needs Linux, Java 17, and Maven once.
//
//	go run ./bench [-rounds 5] [-only REGEXP] [-scale 1] [-out docs/benchmarks] [-aa]
//
// It writes results.json, results.md with a table for each workload and what we hold ourselves to, and a chart for each metric that is
// drawn. Workloads that were not run keep their earlier results. With -aa Longshore is measured beside itself, into aa.json, aa.md and
// charts of their own: how far the two are apart is what a difference has to be larger than.
//
// What lives here: workloads (copy_workloads.go those that move records, postgres_workloads.go those with a database, scale.go those that ask how much a worker can carry), how their
// turns are taken, figures, tables and charts. What does not: how soon the connectors of a cluster run, which is bench/cluster, and
// microbenchmarks, which lie beside what they measure.
//
// # Turns
//
//   - One real broker, with the Java options of Kafka's own script. One workload after the other; in each round each contender has one turn,
//     never two at once, and every round begins with another contender.
//   - A worker is started anew for each turn: Kafka Connect 4.1 with Kafka's own Java options and 2 GB of heap, Longshore as releases are
//     built. Both get the same properties: string converters, and defaults for everything that a workload does not name.
//   - Before anything is measured, the worker does a tenth of the work with a connector and topic of their own, so that Java has compiled
//     its code. That tenth is not made smaller by -scale.
//   - The bare client is this program again, as a process of its own: the shortest loop around the client that Longshore uses, with the
//     client settings of a worker's task.
//
// # What is measured
//
//   - Time runs from the call that creates the connector until all has arrived at the far end: the topic's end offsets, the bytes or
//     lines of the file, the offsets that the group has committed. It is looked every 5 ms.
//   - Bytes are those of the values: as they are in the topic for a source, as they are in the file without ends of lines for a file sink.
//   - CPU is what the worker's process has used in user and system mode during that time, memory the largest resident set of its whole
//     life (VmHWM), warming up included.
//   - What came out is read again after each turn: all values in their order, or all lines of the file, have to be those of the input,
//     or where there is none those of the first turn, which is Kafka Connect's. A turn with other content fails the workload.
//
// Sinks read topics that the real Kafka Connect has filled, since the size of batches is part of a sink's work.
//
// # The sink of 16 partitions
//
// Kafka ships one sink, and eight tasks of it would write one file, or print to one standard output: what that measures is the lock of a
// stream. So records are thrown away, on Longshore by MockSink, on Kafka Connect by a few lines of Java of the same alias
// (testdata/java): what remains is fetching, converting, handing over and committing. Of records that are thrown away only the
// committed offsets can be seen, and so both workers commit every 100 ms.
//
// # Databases
//
// Kafka Connect has Debezium's connectors for them, with the same configurations as ours. A stream is one that has waited: the connector
// is stopped, the rows are updated, 1,000 in a transaction, and time runs from the call that lets the connector go on. Of a sink's
// records the committed offsets are looked at, and in the end the table.
//
// The broker shares the machine: on few cores it is part of what limits the faster contenders.
package main
