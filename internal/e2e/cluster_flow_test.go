// SPDX-License-Identifier: Apache-2.0

//go:build real

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// feedEvery is how often each source is given a line, and the sinks a record.
const feedEvery = 50 * time.Millisecond

// flock are connectors with a task each whose records are seen from outside, past all that the workers say: half of them sources
// of files that grow, each with a topic of its own, half of them sinks of one topic that grows.
type flock struct {
	t      *testing.T
	k      *kafka
	dir    string
	topic  string // of the sinks; the sources' begin with it
	each   int
	stop   context.CancelFunc
	feeder chan error
}

// flocking feeds so many connectors of each kind until the test ends, and creates none.
func flocking(t *testing.T, broker string, each int) *flock {
	t.Helper()
	f := &flock{t: t, k: lookInto(t, broker), dir: t.TempDir(), topic: kafkatest.Topic(t), each: each, feeder: make(chan error, 1)}
	for i := range each {
		f.k.create(f.topicOf(i), 1, "delete")
	}
	f.k.create(f.topic, 1, "delete")
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	go func() { f.feeder <- f.feed(ctx) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-f.feeder)
	})
	return f
}

func (f *flock) topicOf(i int) string { return fmt.Sprintf("%s-%d", f.topic, i) }
func (f *flock) source(i int) string  { return fmt.Sprintf("source-%d", i) }
func (f *flock) sink(i int) string    { return fmt.Sprintf("sink-%d", i) }
func (f *flock) file(name string) string {
	return filepath.Join(f.dir, name)
}

// feed is the one writer of all that the connectors copy.
func (f *flock) feed(ctx context.Context) (err error) {
	client, err := kgo.NewClient(kgo.SeedBrokers(f.k.addr), kgo.DefaultProduceTopic(f.topic))
	if err != nil {
		return err
	}
	defer client.Close()
	files := make([]*os.File, f.each)
	for i := range files {
		if files[i], err = os.Create(f.file(f.source(i))); err != nil {
			return err
		}
		defer files[i].Close()
	}
	tick := time.NewTicker(feedEvery)
	defer tick.Stop()
	var line []byte
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		line = appendLine(line[:0], n)
		for _, file := range files {
			if _, err := file.Write(line); err != nil {
				return err
			}
		}
		err := client.ProduceSync(ctx, kgo.SliceRecord(append([]byte{}, line[:lineBytes-1]...))).FirstErr()
		if err != nil && !errors.Is(err, context.Canceled) {
			return fmt.Errorf("feed the sinks: %w", err)
		}
	}
}

// create has the workers create the connectors, each of them some.
func (f *flock) create(c *workers) {
	f.t.Helper()
	var creating sync.WaitGroup
	for w, worker := range c.all {
		creating.Go(func() {
			for i := w; i < f.each; i += len(c.all) {
				worker.source(f.source(i), f.file(f.source(i)), f.topicOf(i))
				worker.sink(f.sink(i), f.topic, f.file(f.sink(i)))
			}
		})
	}
	creating.Wait()
}

// progress is how much of each connector's records has arrived: the end of a source's topic, the size of a sink's file.
func (f *flock) progress() map[string]int64 {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), readLimit)
	defer cancel()
	topics := make([]string, f.each)
	for i := range topics {
		topics[i] = f.topicOf(i)
	}
	ends, err := f.k.admin.ListEndOffsets(ctx, topics...)
	require.NoError(f.t, err)
	progress := map[string]int64{}
	for i, topic := range topics {
		end, _ := ends.Lookup(topic, 0)
		require.NoError(f.t, end.Err)
		progress[f.source(i)], progress[f.sink(i)] = end.Offset, fileSize(f.file(f.sink(i)))
	}
	return progress
}

// flows returns when records of every connector have arrived since, and after how long those of each had.
func (f *flock) flows(since time.Time) map[string]time.Duration {
	f.t.Helper()
	base, after := f.progress(), map[string]time.Duration{}
	eventually(f.t, settleLimit, func() error {
		still := ""
		for name, n := range f.progress() {
			if _, flows := after[name]; flows {
				continue
			}
			if n > base[name] {
				after[name] = time.Since(since)
			} else {
				still = name
			}
		}
		if still != "" {
			return fmt.Errorf("the records of %d of %d connectors flow, those of %s do not", len(after), len(base), still)
		}
		return nil
	})
	return after
}
