// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/topiclog"
)

var quiet = slog.New(slog.DiscardHandler)

// store is what both stores are to the runtime.
type store interface {
	Read(connector string, partitions ...*connect.Partition) (map[*connect.Partition]map[string]any, error)
	All(connector string) ([]connect.PartitionOffset, error)
	Write(ctx context.Context, connector string, offsets map[*connect.Partition]connect.Offset) error
	ReadToEnd(ctx context.Context) error
}

var (
	_ store = (*TopicStore)(nil)
	_ store = (*FileStore)(nil)
	_ Log   = (*topiclog.Log)(nil)
)

// topic is an offsets topic in memory: what is put becomes readable with the next ReadToEnd.
type topic struct {
	mu      sync.Mutex
	records []topiclog.Record
	read    int
	apply   func(topiclog.Record)
	failure error
	clock   time.Time
}

func (l *topic) PutBatch(_ context.Context, records []topiclog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failure != nil {
		return l.failure
	}
	for _, r := range records {
		l.clock = l.clock.Add(time.Second)
		r.Timestamp = l.clock
		l.records = append(l.records, r)
	}
	return nil
}

func (l *topic) ReadToEnd(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range l.records[l.read:] {
		l.apply(r)
	}
	l.read = len(l.records)
	return l.failure
}

// put writes as a Java worker would.
func (l *topic) put(t *testing.T, key, value string) {
	r := topiclog.Record{Key: []byte(key), Value: []byte(value)}
	if value == "" {
		r.Value = nil
	}
	require.NoError(t, l.PutBatch(t.Context(), []topiclog.Record{r}))
}

// live is what compaction leaves: the last value of each key.
func (l *topic) live() map[string]string {
	found := map[string]string{}
	for _, r := range l.records {
		if delete(found, string(r.Key)); r.Value != nil {
			found[string(r.Key)] = string(r.Value)
		}
	}
	return found
}

func openTopic(t *testing.T, logger *slog.Logger) (*TopicStore, *topic) {
	log := &topic{clock: time.UnixMilli(1795387553958)}
	s, err := OpenTopic(logger, func(apply func(topiclog.Record)) (Log, error) {
		log.apply = apply
		return log, nil
	})
	require.NoError(t, err)
	return s, log
}

func partition(t *testing.T, fields map[string]any) *connect.Partition {
	p, err := connect.NewPartition(fields)
	require.NoError(t, err)
	return p
}

// stored reads one offset of a store that is read to its end.
func stored(t *testing.T, s store, connector string, p *connect.Partition) map[string]any {
	require.NoError(t, s.ReadToEnd(t.Context()))
	found, err := s.Read(connector, p)
	require.NoError(t, err)
	return found[p]
}

func TestWhatJavaWroteIsFoundAndGoesOnUnderItsKeys(t *testing.T) {
	s, log := openTopic(t, quiet)
	javaKey := `["mirror",{"topic":"t","partition":0,"cluster":"a"}]`
	log.put(t, javaKey, `{"offset":41}`)
	p := partition(t, map[string]any{"cluster": "a", "partition": 0, "topic": "t"})
	assert.Equal(t, map[string]any{"offset": int64(41)}, stored(t, s, "mirror", p))

	require.NoError(t, s.Write(t.Context(), "mirror", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"offset": 42}}))
	assert.Equal(t, map[string]string{javaKey: `{"offset":42}`}, log.live())
	assert.Equal(t, map[string]any{"offset": int64(42)}, stored(t, s, "mirror", p))
}

func TestARemovedPartitionComesBackUnderTheSameKey(t *testing.T) {
	s, log := openTopic(t, quiet)
	javaKey := `["c",{"table":"x","protocol":"1"}]`
	log.put(t, javaKey, `{"id":1}`)
	p := partition(t, map[string]any{"protocol": "1", "table": "x"})
	require.NotNil(t, stored(t, s, "c", p))

	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: nil}))
	assert.Nil(t, stored(t, s, "c", p))
	assert.Empty(t, log.live())
	assert.Nil(t, log.records[1].Value, "a tombstone, not the text null")

	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"id": 2}}))
	assert.Equal(t, map[string]string{javaKey: `{"id":2}`}, log.live())
}

func TestTwoSpellingsOfOnePartitionAreKeptEqual(t *testing.T) {
	s, log := openTopic(t, quiet)
	one, two := `["c",{"a":1,"b":2}]`, `["c",{"b":2,"a":1}]`
	log.put(t, two, `{"n":1}`)
	log.put(t, one, `{"n":3}`)
	log.put(t, two, `{"n":2}`)
	p := partition(t, map[string]any{"a": 1, "b": 2})
	assert.Equal(t, map[string]any{"n": int64(2)}, stored(t, s, "c", p), "the newest counts")

	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 4}}))
	assert.Equal(t, map[string]string{one: `{"n":4}`, two: `{"n":4}`}, log.live())

	log.put(t, one, "")
	assert.Equal(t, map[string]any{"n": int64(4)}, stored(t, s, "c", p), "the other one lives")
	require.NoError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: nil}))
	assert.Empty(t, log.live())
	assert.Nil(t, stored(t, s, "c", p))
}

func TestConnectorsDoNotSeeEachOther(t *testing.T) {
	s, _ := openTopic(t, quiet)
	p := partition(t, map[string]any{"filename": "x"})
	require.NoError(t, s.Write(t.Context(), "a", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 1}}))
	assert.NotNil(t, stored(t, s, "a", p))
	assert.Nil(t, stored(t, s, "b", p))
}

func TestAllShowsLiveOffsetsWithoutTheNullPartition(t *testing.T) {
	s, log := openTopic(t, quiet)
	log.put(t, `["c",{"f":"b"}]`, `{"n":1.0}`)
	log.put(t, `["c",{"f":"a"}]`, `{"n":2}`)
	log.put(t, `["c",{"f":"gone"}]`, `{"n":3}`)
	log.put(t, `["c",{"f":"gone"}]`, "")
	log.put(t, `["c",null]`, `{"n":4}`)
	log.put(t, `["other",{"f":"a"}]`, `{"n":5}`)
	require.NoError(t, s.ReadToEnd(t.Context()))
	found, err := s.All("c")
	require.NoError(t, err)
	assert.Equal(t, []connect.PartitionOffset{
		{Partition: map[string]any{"f": "b"}, Offset: map[string]any{"n": 1.0}},
		{Partition: map[string]any{"f": "a"}, Offset: map[string]any{"n": int64(2)}},
	}, found)
	assert.Equal(t, map[string]any{"n": int64(4)}, stored(t, s, "c", nil), "it can be read all the same")
	assert.Equal(t, map[string]any{"n": int64(4)}, stored(t, s, "c", partition(t, nil)))

	none, err := s.All("unknown")
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestUnreadableRecordsAreSkippedAndCounted(t *testing.T) {
	var lines bytes.Buffer
	s, log := openTopic(t, slog.New(slog.NewTextHandler(&lines, nil)))
	log.put(t, `["c",{"f":"a"}]`, `{"n":1}`)
	log.put(t, `["c",{"f":"a"}]`, `{"n":`)
	for i := range 99 {
		log.put(t, fmt.Sprintf("foreign-%d", i), `{"n":1}`)
	}
	assert.Equal(t, map[string]any{"n": int64(1)}, stored(t, s, "c", partition(t, map[string]any{"f": "a"})), "what was readable stays")
	assert.Equal(t, 7, strings.Count(lines.String(), "\n"), "after 1, 2, 4, ... 64 of 100:\n%s", lines.String())
	assert.Contains(t, lines.String(), "skipped so far\"=64")
}

func TestAnOffsetThatCannotBeStoredWritesNothing(t *testing.T) {
	s, log := openTopic(t, quiet)
	good, bad := partition(t, map[string]any{"f": "good"}), partition(t, map[string]any{"f": "bad"})
	err := s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{
		good: connect.OffsetMap{"n": 1},
		bad:  connect.OffsetMap{"n": struct{}{}},
	})
	var data *connect.DataError
	require.ErrorAs(t, err, &data)
	assert.EqualError(t, err, `write offsets of c: partition {"f":"bad"}: `+
		"Offsets may only contain primitive types as values, but field n contains struct {}")
	assert.Empty(t, log.records)
}

func TestErrorsOfTheLogAreTold(t *testing.T) {
	s, log := openTopic(t, quiet)
	log.failure = errors.New("broker away")
	p := partition(t, nil)
	require.NoError(t, s.Write(t.Context(), "c", nil), "nothing to write")
	assert.EqualError(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: nil}), "write offsets of c: broker away")
	assert.EqualError(t, s.ReadToEnd(t.Context()), "read the offsets topic to its end: broker away")

	_, err := OpenTopic(quiet, func(func(topiclog.Record)) (Log, error) { return nil, log.failure })
	assert.EqualError(t, err, "open the offsets topic: broker away")
}

func TestRecordsKeepNothingOfTheBufferTheyCameIn(t *testing.T) {
	s, log := openTopic(t, quiet)
	key, value := []byte(`["c",{"f":"a"}]`), []byte(`{"n":1}`)
	log.apply(topiclog.Record{Key: key, Value: value})
	clear(key)
	clear(value)
	assert.Equal(t, map[string]any{"n": int64(1)}, stored(t, s, "c", partition(t, map[string]any{"f": "a"})))
}

func TestReadersAndWritersRunSideBySide(t *testing.T) {
	s, _ := openTopic(t, quiet)
	p := partition(t, map[string]any{"f": "a"})
	var running sync.WaitGroup
	for i := range 4 {
		running.Go(func() {
			for n := range 100 {
				assert.NoError(t, s.Write(context.Background(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": n}}))
				assert.NoError(t, s.ReadToEnd(context.Background()))
				found, err := s.Read("c", p)
				assert.NoError(t, err)
				assert.NotNil(t, found[p], i)
				_, err = s.All("c")
				assert.NoError(t, err)
			}
		})
	}
	running.Wait()
	assert.Equal(t, map[string]any{"n": int64(99)}, stored(t, s, "c", p))
}
