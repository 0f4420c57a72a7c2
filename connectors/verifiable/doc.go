// SPDX-License-Identifier: Apache-2.0

// Package verifiable holds the connectors by which Kafka's own system tests look at a cluster from outside: VerifiableSource makes
// numbered messages, VerifiableSink takes them, and both print a line of JSON for each on standard output, when it is made or taken
// and again when it is safe. Whoever reads the output of all workers can tell what was lost and what came twice. SchemaSource makes
// numbered messages with one or two versions of a schema. Class names, configuration, offsets, records and the fields of the lines
// are those of Kafka 4.1.
//
// What lives here: the three connectors, the pace of the sources, and the lines. What does not: connectors that fail when they are
// asked to, which are in connectors/mock.
//
// # Lines
//
//	{"name":"src","task":0,"topic":"t","time_ms":1795419200000,"seqno":7}
//	{"name":"src","task":0,"topic":"t","time_ms":1795419200010,"seqno":7,"committed":true}
//	{"name":"dst","task":0,"sinkTask":1,"topic":"t","time_ms":1795419200020,"seqno":7,"offset":7}
//	{"name":"dst","task":0,"sinkTask":1,"topic":"t","time_ms":1795419200030,"seqno":7,"offset":7,"flushed":true}
//
// Lines are written whole, many of them in one call, so that the tasks of a process do not mix theirs.
//
// # Where they differ from Kafka's on purpose
//
//   - A source that is behind its throughput returns up to 500 messages from one Poll instead of one.
//   - A line of a record that was committed has the number of its offset also where complete.record.data makes the value a struct.
//   - A task whose configuration is wrong says which key, and a source without topic does not start.
//   - The sink forgets what it was given of partitions that went elsewhere: it comes again if they come back.
package verifiable
