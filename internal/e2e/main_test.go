// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/longshore-io/connect/cmd/app"
	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestMain(m *testing.M) {
	if os.Getenv(ownVariable) != "" {
		app.Distributed(ownPlugins) // ends the process
	}
	code := kafkatest.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
