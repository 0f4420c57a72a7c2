// SPDX-License-Identifier: Apache-2.0

// Command connect-distributed runs a worker of a cluster from the properties file of Kafka's script of the same name.
package main

import "github.com/longshore-io/connect/cmd/app"

func main() { app.Distributed() }
