// SPDX-License-Identifier: Apache-2.0

//go:build kafka

package e2e

import (
	"testing"
	"time"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestACopySurvivesFifteenSecondsWithoutKafka(t *testing.T) {
	surviveOutage(t, (*kafkatest.Broker).Stop, 15*time.Second)
}
