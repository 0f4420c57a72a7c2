// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// listLimit is what the list of a thousand connectors may take, with all that is known of them.
const listLimit = 50 * time.Millisecond

func TestAThousandConnectorsAreListedAtOnce(t *testing.T) {
	const connectors, callers, calls = 1000, 8, 21
	w := distributed(t, kafkatest.SharedBroker(t).Addr(), nil)
	dir, topic := t.TempDir(), kafkatest.Topic(t)
	w.start()
	var creating sync.WaitGroup
	for caller := range callers {
		creating.Go(func() {
			for i := caller; i < connectors; i += callers {
				w.create(fmt.Sprintf("c-%04d", i), "RUNNING", map[string]string{"connector.class": "FileStreamSource", "tasks.max": "1",
					"topic": topic, "file": filepath.Join(dir, fmt.Sprint(i))})
			}
		})
	}
	creating.Wait()
	const path = "/connectors?expand=info&expand=status"
	eventually(t, settleLimit, func() error { return allRunning(w.must(http.MethodGet, path, nil), connectors) })

	took := make([]time.Duration, calls)
	for i := range took {
		began := time.Now()
		w.must(http.MethodGet, path, nil)
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	t.Logf("%d connectors with a task each, %d calls: median %s, fastest %s, slowest %s", connectors, calls, took[calls/2], took[0], took[calls-1])
	require.Less(t, took[calls/2], listLimit)
	w.terminate()
}

func allRunning(answer []byte, connectors int) error {
	var listed map[string]struct {
		Status struct {
			Connector struct{ State string }
			Tasks     []struct{ State string }
		}
		Info struct{ Tasks []any }
	}
	if err := json.Unmarshal(answer, &listed); err != nil {
		return err
	}
	running := 0
	for _, c := range listed {
		if c.Status.Connector.State == "RUNNING" && len(c.Status.Tasks) == 1 && c.Status.Tasks[0].State == "RUNNING" && len(c.Info.Tasks) == 1 {
			running++
		}
	}
	if running != connectors {
		return fmt.Errorf("%d of %d connectors run", running, connectors)
	}
	return nil
}
