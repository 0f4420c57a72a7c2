// SPDX-License-Identifier: Apache-2.0

//go:build real

package database

import (
	"os"
	"testing"

	"github.com/longshore-io/connect/internal/databasetest"
)

func TestMain(m *testing.M) { os.Exit(databasetest.Main(m)) }
