// SPDX-License-Identifier: Apache-2.0

// Command custom-connector is the longshore command with one connector more: org.example.TickSource, which makes a record
// every so often. A program like this is all that it takes to run connectors of one's own; app.Distributed and
// app.Standalone make the two other commands in the same way.
//
//	go build -o ticks ./examples/custom-connector
//	./ticks run examples/custom-connector/ticks.properties
package main

import (
	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cmd/app"
)

func main() { app.Main(plugins) }

// plugins adds to the bundled ones. Configurations may call it by its class name, TickSource or TickSourceConnector.
func plugins(p *connect.Plugins) { p.AddSource(tickClass, newTickSource) }
