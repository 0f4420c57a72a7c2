// SPDX-License-Identifier: Apache-2.0

// Package clients holds the test that drives real clients of Kafka Connect's REST interface, as their users install them,
// against a worker of ours and against the real Kafka Connect, and compares what they made of the answers. There is nothing in it
// but that test, behind the tag `real`: it needs Java 17, Maven and Python 3 with venv, and about two minutes.
//
//	go/      a module of its own, with the clients of Redpanda Console and of the Terraform provider
//	java/    SourceLab's client, which AKHQ uses
//	python/  kafka-connect-py, kafkaconnect, and the server of kafka-connect-healthcheck
//
// Each client has a program there that plays through the life of some connectors: it looks around, validates, creates, changes,
// pauses, stops, restarts, deletes, gives odd names and makes mistakes. It prints a transcript, a JSON list of calls, each with
// what the client decoded or how it told of a refusal. A client that stumbles on an answer fails the test, and so does a
// difference between the two transcripts, worker ids, URLs, versions and stack traces apart.
//
// The clients are pinned, and fetched by the first run into the folder .cache at the root of the project (Go's into Go's own
// module cache). Later runs need no network. A machine without them and without a network fails the test, and so does one
// without Java, Maven or Python.
//
// What does not live here: tests of single answers, which are in rest and in internal/e2e.
package clients
