// SPDX-License-Identifier: Apache-2.0

// Package app makes a process of Longshore: each command of the project is one call of it, and so is a binary with
// connectors of its own:
//
//	func main() { app.Main(func(p *connect.Plugins) { p.AddSource("org.example.TickSource", newTickSource) }) }
//
// What lives here: the list of the bundled plugins (plugins.go), command lines, properties and connector files, logs, the
// life of a worker as a process (node.go, tend.go), `longshore run` with its embedded Kafka and its progress lines, and
// the commands of `longshore` that are clients of the REST API.
//
// What does not: anything about connectors and tasks, which is the business of package actors, and anything about HTTP,
// which is that of package rest.
//
// # In the background
//
// With -daemon the configuration is checked first, so that what is wrong is told at once with exit code 1. Then the command
// starts itself anew in a session of its own, tells the process id, and ends. As with Kafka's scripts, the log goes to
// NAME.out in the folder LOG_DIR, and NAME is that of -name; without LOG_DIR the folder is logs.
//
// # Exit codes
//
// 0 after a signal that stopped the worker gracefully, 1 for everything that is wrong (bad configuration, a port in use,
// a worker that cannot run, a stop that left work behind, a call that was refused), 130 when a second signal cut the stop
// short.
package app
