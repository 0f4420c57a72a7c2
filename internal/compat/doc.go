// SPDX-License-Identifier: Apache-2.0

// Package compat holds the differential suite of the REST interface: it starts a real broker, the real Kafka Connect and
// Longshore on it, sends both the same calls and compares what they answer. There is nothing in it but tests. `make compat`
// runs it, with Java and Maven (internal/kafkatest); as its tests have the tag `real`, `make test-real` does so, too.
//
// A call is compared by its status code, the headers that clients read (Content-Type, Location, Allow, CORS) and its body:
// JSON by structure, with the addresses of workers, times, builds, frames of traces and documentation made equal before.
// Lists whose order Java takes from a hash table are sorted. Plugins that only Kafka Connect has are left out and named in
// the output. While a worker rebalances, a call is repeated; states that take time are awaited on both sides.
//
// What differs on purpose is in one table (deliberate_test.go). Each entry takes away the difference that it is about, and no
// other, names the row of docs/compat.md that has the reason, and must occur: an entry that no call needs any more fails the
// suite. The rest of a difference, and any other, fails it as well.
//
// At its end the suite prints how many calls each route had, the deliberate differences, and the other ones with both
// answers. LONGSHORE_COMPAT_RECORD names a file that gets every call with both answers; LONGSHORE_COMPAT_BIN a folder with
// binaries that are already there, which are then tested instead of those of the working tree.
//
// What does not live here: what connectors read and write, and workers that take over from each other (internal/e2e).
package compat
