// SPDX-License-Identifier: Apache-2.0

package app

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
)

func TestTasksOfAConnectorAreAddedUp(t *testing.T) {
	got := perConnector(map[connect.TaskID]actors.Progress{
		{Connector: "sink", Task: 0}:   {Records: 5, Lag: 2},
		{Connector: "sink", Task: 1}:   {Records: 6, Lag: -1},
		{Connector: "source", Task: 0}: {Records: 7, Lag: -1},
	})
	require.Equal(t, map[string]moved{"sink": {11, 2}, "source": {7, -1}}, got)
}

func TestProgressIsALinePerConnector(t *testing.T) {
	before := map[string]moved{"b-sink": {1_000_000, 0}, "gone": {5, -1}}
	now := map[string]moved{"b-sink": {3_000_000, 1234}, "über-source": {10, -1}}
	require.Equal(t, []string{
		"b-sink             3,000,000 records     1,000,000/s  lag 1,234",
		"über-source               10 records             5/s",
	}, progressLines(before, now, 2*time.Second))
}

func TestACountThatHasGoneBackHasNoRate(t *testing.T) {
	require.Equal(t, []string{"x                5 records             0/s"},
		progressLines(map[string]moved{"x": {10, -1}}, map[string]moved{"x": {5, -1}}, time.Second))
}

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567", -123456: "-123,456"} {
		require.Equal(t, want, grouped(n))
	}
}
