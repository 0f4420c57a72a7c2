// SPDX-License-Identifier: Apache-2.0

// Package conntest checks that a connector keeps the contract that the runtime relies on. Whoever writes a connector calls
// Source or Sink from a test of it:
//
//	func TestContract(t *testing.T) {
//		conntest.Source(t, conntest.SourceCase{
//			New: mine.NewSource,
//			Prepare: func(t *testing.T) conntest.SourceSetup {
//				queue := startQueue(t)
//				wire := conntest.NewWire(t, queue.Addr)
//				return conntest.SourceSetup{
//					Props: map[string]string{"address": wire.Addr()}, Feed: queue.Add, Hang: wire.Hang, Break: wire.Cut,
//				}
//			},
//			Bad: map[string]string{"address": "", "batch.size": "0"},
//		})
//	}
//
// New and Prepare are all that a case needs, with a configuration that works; what else it has lets the suite look at more: records (Feed; for a
// sink Missing, which is required), a server that is slow or gone (Hang, Break, both of a Wire), wrong values (Bad, Wrong), secrets in keys that are no
// passwords (Secrets), records that are refused (Unfit). A check whose field is not set passes without a look. The examples of Source and Sink are
// whole connectors with their tests.
//
// The contract, in short:
//
//   - A configuration that is wrong is refused with an error at exactly the key that is wrong, which says what would be right. Keys that
//     are numbers or booleans are tried without being named in the case.
//   - Start, Poll, Put, PreCommit, TaskConfigs and ValidateConfig return within a second of their cancellation, and Stop within a second
//     at all, also while the other side does not answer.
//   - A source task that starts at the offset of any record hands out what came after that record: nothing is left out, and nothing comes
//     twice unless the case says that it may. What it confirms to the source is never more than what is stored, although it hears of
//     acknowledged records sooner.
//   - A sink task lets no more be committed than what is at the destination and what it was given. It takes records that it has had, after
//     calls that failed or were cancelled, when a partition comes back, and after a restart at any record. A record that the
//     destination refuses is reported alone.
//   - What the other side has while it is away is neither lost nor skipped.
//   - When a connector or task was stopped, none of its goroutines is left.
//   - Passwords are neither in errors nor in logs.
//
// A second is counted while the test has its turn on the processor, so that a busy machine makes no connector slow. Goroutines are told
// apart by labels of the profiler, which those that a connector starts inherit: suites may run in parallel, and what Prepare starts is not
// counted.
//
// What lives here: the two suites, the stand-ins for the runtime that they use (ConnectorContext, SourceContext, SinkContext,
// Offsets, Logs), which serve for a connector's other tests too, and a Wire to a server that can hang and be cut. What does not: anything
// that needs Kafka.
//
// The package follows semantic versioning; a new check may make a connector fail that passed before, as it then breaks a
// rule that the runtime had all the time.
package conntest
