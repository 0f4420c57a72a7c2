// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"context"
	"sync"

	"github.com/longshore-io/connect/internal/topiclog"
)

// memoryTopic stands for the config and status topics of a standalone worker: what is written is applied at once and
// forgotten when the process ends, as in Kafka Connect.
type memoryTopic struct {
	mu    sync.Mutex
	apply func(topiclog.Record)
	next  int64
}

func (t *memoryTopic) PutBatch(_ context.Context, records []topiclog.Record) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range records {
		r.Offset = t.next
		t.next++
		t.apply(r)
	}
	return nil
}

func (t *memoryTopic) PutTxn(ctx context.Context, records []topiclog.Record) error {
	return t.PutBatch(ctx, records)
}

func (*memoryTopic) Claim(context.Context) error { return nil }

func (*memoryTopic) MayClaim(context.Context) error { return nil }

func (*memoryTopic) Resign() {}

func (t *memoryTopic) Position() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.next
}

func (*memoryTopic) ReadToEnd(context.Context) error { return nil }

func (*memoryTopic) ReadBack(context.Context) error { return nil }

func (*memoryTopic) Close() {}
