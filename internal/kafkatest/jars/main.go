// SPDX-License-Identifier: Apache-2.0

// Command jars fetches the jars of Kafka and Kafka Connect 4.1.0, unless they are there, and prints the folder that holds
// them. It is the first step of everything that needs a real broker: where Java or Maven is missing it says so in one line,
// before minutes are spent on other tests.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func main() {
	dir, err := kafkatest.FetchJars(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(dir)
}
