// SPDX-License-Identifier: Apache-2.0

// Command longshore is the whole of Longshore: its run has an embedded Kafka and a worker in one process, and its other
// commands are clients of a worker's REST API.
package main

import "github.com/longshore-io/connect/cmd/app"

func main() { app.Main() }
