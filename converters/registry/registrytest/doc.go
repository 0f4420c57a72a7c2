// SPDX-License-Identifier: Apache-2.0

// Package registrytest is a schema registry for tests: a small HTTP server that keeps its schemas in memory and speaks the
// contract of Confluent's registry, with faults on demand.
//
// The package registries from which this project's tools come have no registry server that could be started in a test, so
// tests run this one. What it answers follows the public description of the REST API: subjects and versions, schemas by
// number, lookups, deletions soft and hard, compatibility checks, modes, configuration, error codes and the content type.
//
// What is not here: contexts, rules, metadata other than key and value pairs, exporters, and compatibility of formats other
// than Avro, for which a test may give a check of its own.
package registrytest
