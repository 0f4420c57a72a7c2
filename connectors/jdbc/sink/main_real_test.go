// SPDX-License-Identifier: Apache-2.0

//go:build real

package sink

import (
	"flag"
	"os"
	"testing"

	"github.com/longshore-io/connect/internal/databasetest"
)

// TestMain has properties checked less often: each time takes two connections and some tables.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	os.Exit(databasetest.Main(m))
}
