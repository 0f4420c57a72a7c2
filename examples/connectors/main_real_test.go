// SPDX-License-Identifier: Apache-2.0

//go:build real

package connectors

import (
	"os"
	"testing"

	"github.com/longshore-io/connect/internal/databasetest"
)

func TestMain(m *testing.M) {
	beACommand()
	os.Exit(databasetest.Main(m))
}
