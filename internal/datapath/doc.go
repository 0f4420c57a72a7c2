// SPDX-License-Identifier: Apache-2.0

// Package datapath holds the differential suite of the data path: it starts a real broker, the real Kafka Connect and Longshore on
// it, runs the same connectors with the same input on both, and compares what comes out. There is nothing in it but tests. As they
// have the tag `real`, `make test-real` runs them, with Java and Maven (internal/kafkatest).
//
// A scenario is the configuration of one connector with its input (scenario_test.go). Some have the file connectors, which both
// bundle. The others have a pair of twins, written once in Java (testdata/java, compiled by the test) and once in Go
// (twin_*_test.go): ReplaySource emits records that a file describes, with schemas, headers and timestamps; DumpSink writes what it
// gets to files, with the schema and the class of each value; Flaky and FlakyConverter fail when they are told to. The Go ones are
// registered by the test binary itself, which is also the worker of Longshore: it runs itself (main_test.go).
//
// What is compared (outcome_test.go): the records of all topics that a connector wrote, dead letters included, by partition and
// order, with the bytes of keys, values and headers and the type of the timestamp; the timestamp itself where the source gave one;
// the files of sinks; the states of connectors and tasks with the first lines of their traces; stored offsets; and the lines that
// errors.log.enable asks for. What cannot be equal is taken away by the rules of rules_test.go, each of which must be of use.
// Differences that are meant are rules, too, and name their row of docs/compat.md.
//
// Scenarios with odd in their names (odd_*_test.go) have configurations and input that hardly anybody has: they were made to find
// differences. Some of them are of connectors that both refuse to create, with the same answer.
//
// A scenario without any output fails. So does the suite where a transform, a predicate, a converter or an option of error handling
// is in no scenario: the table comes from the lists of plugins that both workers give (coverage_test.go).
//
// LONGSHORE_DATAPATH is a regular expression that chooses scenarios by name; what is said of all of them is not checked then.
//
// What does not live here: the REST interface (internal/compat), crashes and clusters (internal/e2e), single converters with many
// values (converters/testdata).
package datapath
