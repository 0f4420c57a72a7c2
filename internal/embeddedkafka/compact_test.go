// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

// compacting is a configuration that compacts at every start.
func compacting(dir string) Config { return Config{Dir: dir, compactAbove: 1} }

func keyed(topic, key, value string) *kgo.Record {
	return &kgo.Record{Topic: topic, Key: []byte(key), Value: []byte(value)}
}

func TestAStartCompactsTopicsThatWantIt(t *testing.T) {
	cfg := compacting(t.TempDir())
	b := open(t, cfg)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact"})
	for _, v := range []string{"1", "2", "3"} {
		produce(t, b, keyed("compacted", "k", v))
		produce(t, b, keyed("plain", "k", v))
	}
	produce(t, b, keyed("compacted", "last", "x"))
	require.NoError(t, b.Close())

	b = open(t, cfg)
	require.Equal(t, []string{"3", "x"}, valuesOf(consume(t, b, "compacted", 2)))
	require.Equal(t, []string{"1", "2", "3"}, valuesOf(consume(t, b, "plain", 3)))
	require.NoError(t, b.Close())
	requireNoLeftovers(t, cfg.Dir)
	require.Equal(t, []string{"3", "x"}, valuesOf(consume(t, open(t, Config{Dir: cfg.Dir}), "compacted", 2)))
}

func TestSmallTopicsAreNotCompacted(t *testing.T) {
	cfg := Config{Dir: t.TempDir()}
	b := open(t, cfg)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact"})
	for _, v := range []string{"1", "2", "3"} {
		produce(t, b, keyed("compacted", "k", v))
	}
	require.NoError(t, b.Close())
	require.Len(t, consume(t, open(t, cfg), "compacted", 3), 3)
}

func TestCompactionTakesNothingForItsAge(t *testing.T) {
	cfg := compacting(t.TempDir())
	b := open(t, cfg)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact"})
	createTopic(t, b, "limited", map[string]string{"retention.ms": "1000", "retention.bytes": "1"})
	old := time.Now().Add(-30 * 24 * time.Hour)
	for _, topic := range []string{"compacted", "limited"} {
		for _, k := range []string{"a", "b", "c"} {
			r := keyed(topic, k, k)
			r.Timestamp = old
			produce(t, b, r)
		}
	}
	require.NoError(t, b.Close())

	b = open(t, cfg)
	require.Equal(t, []string{"a", "b", "c"}, valuesOf(consume(t, b, "compacted", 3)))
	require.Equal(t, []string{"a", "b", "c"}, valuesOf(consume(t, b, "limited", 3)))
	limited := topicConfig(t, b, "limited")
	require.Equal(t, "1000", limited[retentionMs])
	require.Equal(t, "1", limited[retentionBytes])
	require.Equal(t, "604800000", topicConfig(t, b, "compacted")[retentionMs], "a setting of the compaction stayed")
}

func TestATransactionThatWasOpenIsEndedBeforeCompaction(t *testing.T) {
	cfg := compacting(t.TempDir())
	b := open(t, cfg)
	createTopic(t, b, "offsets", map[string]string{"cleanup.policy": "compact"})
	produce(t, b, keyed("offsets", "k", "committed"))
	txn := client(t, b, kgo.TransactionalID("task"))
	require.NoError(t, txn.BeginTransaction())
	require.NoError(t, txn.ProduceSync(t.Context(), keyed("offsets", "k", "uncommitted")).FirstErr())
	produce(t, b, keyed("offsets", "other", "x"))
	require.NoError(t, b.Close())

	b = open(t, cfg)
	require.Equal(t, []string{"committed", "x"}, valuesOf(consume(t, b, "offsets", 2)))
}

func TestAnInterruptedCompactionIsUndone(t *testing.T) {
	cfg := Config{Dir: t.TempDir()}
	b := open(t, cfg)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact", "retention.ms": "1000"})
	for _, v := range []string{"1", "2", "3"} {
		produce(t, b, keyed("compacted", "k", v))
	}
	require.NoError(t, b.compactUntilKilled(t))
	require.NoError(t, b.Close())

	b = open(t, cfg)
	require.Equal(t, []string{"1", "2", "3"}, valuesOf(consume(t, b, "compacted", 3)))
	require.Equal(t, "1000", topicConfig(t, b, "compacted")[retentionMs])
	require.NoError(t, b.Close())
	requireNoLeftovers(t, cfg.Dir)
}

// compactUntilKilled does what a compaction does up to the worst moment: the old files are gone, the new ones not yet there.
func (b *Broker) compactUntilKilled(t *testing.T) error {
	t.Helper()
	require.NoError(t, b.folder.writeJSON(retentionName, ownConfigs{"compacted": {retentionMs: "1000"}, "gone": {}}))
	require.NoError(t, b.alter(t.Context(), retentionChanges(nil), "compacted"))
	require.NoError(t, b.folder.putAside())
	segments, err := filepath.Glob(filepath.Join(b.folder.partitions(), "compacted-0", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, segments)
	for _, s := range segments {
		require.NoError(t, os.Remove(s))
	}
	return nil
}

func TestFilesThatDoNotCountYetOrAnyMoreAreRemoved(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, open(t, Config{Dir: dir}).Close())
	for _, name := range []string{asideName + tmpSuffix, asideName + doneSuffix} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name, "t-0"), 0o755))
	}
	open(t, Config{Dir: dir})
	requireNoLeftovers(t, dir)
}

func TestNoCompactionOnANearlyFullDisk(t *testing.T) {
	cfg := compacting(t.TempDir())
	b := open(t, cfg)
	createTopic(t, b, "compacted", map[string]string{"cleanup.policy": "compact"})
	for _, v := range []string{"1", "2", "3"} {
		produce(t, b, keyed("compacted", "k", v))
	}
	require.NoError(t, b.Close())
	var log logged
	cfg.Log, cfg.FreeSpace = log.logger(), (&disk{}).freeSpace
	require.Len(t, consume(t, open(t, cfg), "compacted", 3), 3)
	require.Equal(t, 1, log.count("not compacted"))
}

func valuesOf(records []*kgo.Record) []string {
	var vs []string
	for _, r := range records {
		vs = append(vs, string(r.Value))
	}
	return vs
}

func requireNoLeftovers(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	require.ElementsMatch(t, []string{formatName, kafkaName, lockName}, names)
}
