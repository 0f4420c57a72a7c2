//go:build stress

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/longshore-io/connect/internal/kafkatest"
)

func TestStress(t *testing.T) {
	broker, dir := kafkatest.SharedBroker(t), t.TempDir()
	in := filepath.Join(dir, "in.txt")
	addLines(t, in, 0, 1_000_000)
	for i := range 150 {
		topic := kafkatest.Topic(t)
		out := filepath.Join(dir, fmt.Sprint("out", i))
		w := standalone(t, broker.Addr(), map[string]string{"offset.storage.file.filename": filepath.Join(dir, fmt.Sprint("off", i))}, sampleConnectors(t, in, topic, out)...)
		w.launch()
		began := time.Now()
		for {
			_, err := w.get("/connectors")
			if err == nil {
				break
			}
			if time.Since(began) > 12*time.Second {
				w.cmd.Process.Signal(syscall.SIGQUIT)
				<-w.exited
				os.WriteFile("/tmp/stress.dump", []byte(w.said()), 0o600)
				t.Fatalf("start %d: %v", i, err)
			}
		}
		took := time.Since(began)
		for time.Since(began) < took+time.Second {
			if w.states_ok("in-"+topic) && w.states_ok("out-"+topic) {
				break
			}
		}
		if i%10 == 0 {
			t.Logf("start %d: %s", i, took)
		}
		w.kill()
		os.Remove(out)
	}
}

func (w *worker) states_ok(n string) bool {
	s, err := w.states(n)
	return err == nil && s == running
}
