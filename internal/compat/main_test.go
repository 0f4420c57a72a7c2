// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestMain(m *testing.M) {
	code := kafkatest.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
