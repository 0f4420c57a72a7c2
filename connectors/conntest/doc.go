// SPDX-License-Identifier: Apache-2.0

// Package conntest checks that a connector keeps the contract that the runtime relies on. Whoever writes a connector calls
// Source or Sink from a test of it:
//
//	func TestContract(t *testing.T) {
//		conntest.Source(t, conntest.SourceCase{
//			New: mine.NewSource,
//			Prepare: func(t *testing.T) conntest.SourceSetup {
//				queue := startQueue(t)
//				return conntest.SourceSetup{Props: map[string]string{"url": queue.URL}, Feed: queue.Add}
//			},
//			Bad: map[string]string{"url": "", "batch.size": "many"},
//		})
//	}
//
// What lives here: the two suites, and the stand-ins for the runtime that they use (ConnectorContext, SourceContext,
// SinkContext, Offsets, Logs), which serve for a connector's other tests too. What does not: anything that needs Kafka.
//
// The package follows semantic versioning; a new check may make a connector fail that passed before, as it then breaks a
// rule that the runtime had all the time.
package conntest
