// SPDX-License-Identifier: Apache-2.0

//go:build unix && !real

package connectors

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	beACommand()
	os.Exit(m.Run())
}
