// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/longshore-io/connect/internal/databasetest"
	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestMain(m *testing.M) {
	code := databasetest.Main(m)
	if err := goleak.Find(); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// pollEvery is how often something that will come true is looked at.
const pollEvery = 100 * time.Millisecond

func eventually(t *testing.T, limit time.Duration, check func() error) {
	t.Helper()
	if err := kafkatest.Eventually(limit, pollEvery, check); err != nil {
		t.Fatal(err)
	}
}
