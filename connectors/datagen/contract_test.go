// SPDX-License-Identifier: Apache-2.0

package datagen

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/conntest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// upTo is a pace that lets records with a number below a limit be made.
type upTo struct {
	limit *atomic.Int64
	task  *sourceTask
}

func (p upTo) due(ctx context.Context, most int) int {
	for ctx.Err() == nil {
		if n := p.limit.Load() - p.task.next; n > 0 {
			return int(min(n, int64(most)))
		}
		_ = connect.Sleep(ctx, time.Millisecond)
	}
	return 0
}

// limitedSource makes tasks that go up to a limit.
type limitedSource struct {
	source
	limit *atomic.Int64
}

func (s *limitedSource) NewTask() connect.SourceTask {
	task := newSourceTask()
	task.paced = func(task *sourceTask, _ connect.ConfigValues) pacer { return upTo{s.limit, task} }
	return task
}

func TestTheSourceKeepsTheContract(t *testing.T) {
	for _, shape := range []string{textShape, bytesShape, structShape} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			var limit *atomic.Int64
			conntest.Source(t, conntest.SourceCase{
				New: func() connect.SourceConnector { return &limitedSource{limit: limit} },
				Prepare: func(*testing.T) conntest.SourceSetup {
					limit = &atomic.Int64{}
					return conntest.SourceSetup{
						Props: map[string]string{"kafka.topic": "made", "value.shape": shape, "key.shape": textShape},
						Feed:  func(n int) { limit.Add(int64(n)) },
					}
				},
				Bad: map[string]string{
					"kafka.topic": "", "rate": "fast", "value.size": "0", "value.shape": "avro", "key.shape": "struct", "iterations": "all",
					"max.interval": "-1", "random.seed": "x", "quickstart": "users", "schema.string": "{}",
				},
				Wrong: []conntest.Wrong{
					{Key: "max.interval", Value: "10", With: map[string]string{"rate": "5"}, Says: "Either this or rate may be set, not both"},
				},
			})
		})
	}
}
