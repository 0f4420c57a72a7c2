// SPDX-License-Identifier: Apache-2.0

// Command connect-standalone runs a worker on its own, and the connectors of some files on it, as Kafka's script of the same name.
package main

import "github.com/longshore-io/connect/cmd/app"

func main() { app.Standalone() }
