// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"testing"
	"time"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestACopySurvivesAMinuteWithoutKafka(t *testing.T) {
	for name, end := range map[string]func(*kafkatest.Broker) error{
		"that was stopped": (*kafkatest.Broker).Stop,
		"that was killed":  (*kafkatest.Broker).Kill,
	} {
		t.Run(name, func(t *testing.T) { surviveOutage(t, end, time.Minute) })
	}
}
