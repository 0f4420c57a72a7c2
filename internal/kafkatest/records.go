// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	"crypto/rand"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// consumeTimeout bounds ConsumeAll, so that a record that never comes fails its own test and not the whole package.
const consumeTimeout = time.Minute

var notInTopicNames = regexp.MustCompile(`[^a-z0-9._-]+`)

// Topic returns a name for a topic, group or connector that no other test has: the test's own name and something random.
func Topic(t testing.TB) string {
	name := strings.Trim(notInTopicNames.ReplaceAllString(strings.ToLower(t.Name()), "-"), "-")
	return name[:min(len(name), 150)] + "-" + strings.ToLower(rand.Text()[:8])
}

// Produce writes records and returns when all are acknowledged. Their topics are created where the broker allows it.
func Produce(t testing.TB, addr string, records ...*kgo.Record) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.AllowAutoTopicCreation())
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	if err := cl.ProduceSync(t.Context(), records...).FirstErr(); err != nil {
		t.Fatalf("produce to %s: %v", addr, err)
	}
}

// ConsumeAll reads a topic from its start, committed records only, until it has n of them.
func ConsumeAll(t testing.TB, addr, topic string, n int) []*kgo.Record {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.MetadataMinAge(pollEvery))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(t.Context(), consumeTimeout)
	defer cancel()
	var got []*kgo.Record
	for len(got) < n {
		fetches := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			t.Fatalf("consume %s of %s: got %d of %d records in %s", topic, addr, len(got), n, consumeTimeout)
		}
		got = append(got, fetches.Records()...)
	}
	return got
}
