// SPDX-License-Identifier: Apache-2.0

// Command fetch brings the database servers and the plugin folders of the real connectors onto this machine, unless they are there:
// what tests with databases need, before minutes are spent on other tests.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/longshore-io/connect/internal/databasetest"
)

func main() {
	if err := databasetest.Fetch(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
