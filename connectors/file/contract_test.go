// SPDX-License-Identifier: Apache-2.0

package file

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheSourceKeepsTheContract(t *testing.T) {
	conntest.Source(t, conntest.SourceCase{
		New: NewSource,
		Prepare: func(t *testing.T) conntest.SourceSetup {
			path, fed := filepath.Join(t.TempDir(), "in.txt"), 0
			return conntest.SourceSetup{
				Props: map[string]string{"file": path, "topic": "lines", "batch.size": "7"},
				Feed: func(n int) {
					var text strings.Builder
					for range n {
						fed++
						fmt.Fprintf(&text, "line %d\n", fed)
					}
					appendTo(t, path, text.String())
				},
			}
		},
		Bad: map[string]string{"topic": "", "batch.size": "many"},
	})
}

func TestTheSinkKeepsTheContract(t *testing.T) {
	conntest.Sink(t, conntest.SinkCase{
		New: NewSink,
		Prepare: func(t *testing.T) conntest.SinkSetup {
			path := filepath.Join(t.TempDir(), "out.txt")
			return conntest.SinkSetup{
				Props: map[string]string{"file": path},
				Missing: func(records []connect.SinkRecord) error {
					text, err := os.ReadFile(path)
					if err != nil {
						return err
					}
					for _, record := range records {
						if !strings.Contains("\n"+string(text), fmt.Sprintf("\n%v\n", record.Value)) {
							return fmt.Errorf("%v is missing", record.Value)
						}
					}
					return nil
				},
			}
		},
	})
}

func appendTo(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	require.NoError(t, err)
	_, err = f.WriteString(text)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
