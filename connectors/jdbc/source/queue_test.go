// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/longshore-io/connect"
)

func numbered(n int) *connect.SourceRecord {
	return &connect.SourceRecord{Record: connect.Record{Value: n}}
}

func numbers(records []connect.SourceRecord) []any {
	var out []any
	for _, r := range records {
		out = append(out, r.Value)
	}
	return out
}

func TestAQueueIsBoundedInRecordsAndBytes(t *testing.T) {
	for name, size := range map[string]int{"records": 1, "bytes": queueBytes / 4} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newQueue(4, 2)
				put := 0
				go func() {
					for put < 10 && q.put(t.Context(), numbered(put), size) {
						put++
					}
					q.end(nil)
				}()
				synctest.Wait()
				assert.Equal(t, 4, put, "there is room for four")
				var all []any
				for len(all) < 10 {
					records, err := q.take(t.Context(), time.Second)
					assert.NoError(t, err)
					assert.LessOrEqual(t, len(records), 2)
					all = append(all, numbers(records)...)
					synctest.Wait()
				}
				assert.Equal(t, []any{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, all)
			})
		})
	}
}

func TestAQueueWaitsForAFirstRecordOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(10, 10)
		began := time.Now()
		records, err := q.take(t.Context(), time.Second)
		assert.NoError(t, err)
		assert.Empty(t, records)
		assert.Equal(t, time.Second, time.Since(began))
		go func() {
			<-time.After(time.Second)
			q.put(t.Context(), numbered(1), 1)
		}()
		records, _ = q.take(t.Context(), time.Hour)
		assert.Equal(t, []any{1}, numbers(records))
		assert.Equal(t, 2*time.Second, time.Since(began))
	})
}

func TestTheEndOfAQueueComesAfterWhatIsInIt(t *testing.T) {
	q := newQueue(10, 10)
	wrong := errors.New("wrong")
	assert.True(t, q.put(t.Context(), numbered(1), 1))
	q.end(wrong)
	records, err := q.take(t.Context(), time.Hour)
	assert.NoError(t, err)
	assert.Len(t, records, 1)
	_, err = q.take(t.Context(), time.Hour)
	assert.ErrorIs(t, err, wrong)
	_, err = q.take(t.Context(), time.Hour)
	assert.ErrorIs(t, err, wrong, "it stays so")
}

func TestPuttingEndsWithItsContext(t *testing.T) {
	q := newQueue(1, 1)
	ctx, cancel := context.WithCancel(context.Background())
	assert.True(t, q.put(ctx, numbered(1), 1))
	cancel()
	assert.False(t, q.put(ctx, numbered(2), 1))
}
