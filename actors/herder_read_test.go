// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	clusterlog "github.com/longshore-io/connect/cluster/configlog"
)

const many = 1000

// crowded is a worker that runs 1,000 connectors with a task each, and one whose Start hangs, while a validation hangs.
func crowded(t testing.TB) *memoryWorker {
	t.Helper()
	w := prepared()
	for i := range many {
		name := fmt.Sprintf("connector-%04d", i)
		w.configured(clusterlog.ConnectorRecord(name, calm(name, "a.key.that.is.long.enough", "and a value of the usual length, too")))
	}
	stuck, release := hang()
	w.source.when("Start stuck", stuck)
	w.configured(clusterlog.ConnectorRecord("stuck", calm("stuck")))
	w.start(t, nil)
	t.Cleanup(release) // before the worker is stopped
	require.Eventually(t, func() bool {
		digests, err := w.Digests(context.Background(), true, true)
		if err != nil || len(digests) != many {
			return false
		}
		for _, digest := range digests {
			if len(digest.Status.Tasks) != 1 || digest.Status.Tasks[0].State != connect.Running {
				return false
			}
		}
		return true
	}, time.Minute, 100*time.Millisecond)
	w.source.when("ValidateConfig", stuck)
	go func() { _, _ = w.ValidateConfig(context.Background(), calm("another")) }()
	require.Eventually(t, func() bool { return w.source.called("ValidateConfig") == 1 && w.source.called("Start stuck") == 1 }, timeToSee, tick)
	return w
}

func TestAThousandConnectorsAreToldFromMemoryWhileOthersHang(t *testing.T) {
	w := crowded(t)
	fastest := time.Hour
	for range 20 {
		began := time.Now()
		digests, err := w.Digests(t.Context(), true, true)
		fastest = min(fastest, time.Since(began))
		require.NoError(t, err)
		require.Len(t, digests, many)
		digest := digests["connector-0999"]
		require.Equal(t, connect.Source, digest.Info.Type)
		require.Equal(t, connect.Source, digest.Status.Type)
		require.Len(t, digest.Info.Tasks, 1)
	}
	require.Less(t, fastest, 25*time.Millisecond)
}

func BenchmarkDigestsOfAThousandConnectors(b *testing.B) {
	w := crowded(b)
	for b.Loop() {
		digests, err := w.Digests(context.Background(), true, true)
		if err != nil || len(digests) != many {
			b.Fatal(len(digests), err)
		}
	}
}
