// SPDX-License-Identifier: Apache-2.0

package embeddedkafka

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

// disk is a disk whose free space a test sets.
type disk struct {
	free  atomic.Int64
	fails atomic.Bool
	looks atomic.Int64
}

func (d *disk) freeSpace(string) (int64, error) {
	d.looks.Add(1)
	if d.fails.Load() {
		return 0, errors.New("no such disk")
	}
	return d.free.Load(), nil
}

func onDisk(t *testing.T, d *disk) (*Broker, *handClock, *logged) {
	t.Helper()
	clock, log := newHandClock(time.Now()), &logged{}
	b := open(t, Config{Dir: t.TempDir(), MinFreeBytes: 1000, FreeSpace: d.freeSpace, Clock: clock, Log: log.logger()})
	return b, clock, log
}

func TestANearlyFullDiskRefusesWritesUntilThereIsSpaceAgain(t *testing.T) {
	d := &disk{}
	d.free.Store(1000)
	b, clock, log := onDisk(t, d)
	produce(t, b, numbered("t", 1)...)

	d.free.Store(999)
	clock.tick(spaceEvery)
	require.Equal(t, kerr.KafkaStorageError, produceOnce(t, b))
	require.Equal(t, kerr.CoordinatorNotAvailable, commitOnce(t, b))
	_, err := admin(t, b).CreateTopic(t.Context(), 1, 1, nil, "new")
	require.ErrorIs(t, err, kerr.KafkaStorageError)
	clock.tick(spaceEvery)
	require.Equal(t, 1, log.count("disk nearly full"))
	require.Len(t, consume(t, b, "t", 1), 1, "reading goes on")

	d.free.Store(1000)
	clock.tick(spaceEvery)
	require.NoError(t, produceOnce(t, b))
	require.NoError(t, commitOnce(t, b))
	require.Equal(t, 1, log.count("disk space is back"))
	require.Equal(t, 1, log.count("disk nearly full"))
}

func TestAProducerThatWaitsForSpaceLosesAndDoublesNothing(t *testing.T) {
	d := &disk{}
	d.free.Store(1000)
	b, clock, _ := onDisk(t, d)
	createTopic(t, b, "t", nil)
	d.free.Store(999)
	clock.tick(spaceEvery)
	done := make(chan error, 1)
	cl := client(t, b)
	go func() { done <- cl.ProduceSync(t.Context(), numbered("t", 100)...).FirstErr() }()
	require.Equal(t, kerr.KafkaStorageError, produceOnce(t, b))

	d.free.Store(1000)
	clock.tick(spaceEvery)
	require.NoError(t, <-done)
	got := consume(t, b, "t", 100)
	require.Len(t, got, 100)
	require.Equal(t, "99", string(got[99].Value))
}

func TestFreeSpaceIsLookedAtMoreOftenWhileMuchArrives(t *testing.T) {
	d := &disk{}
	d.free.Store(1000)
	b, _, _ := onDisk(t, d)
	before := d.looks.Load()
	produce(t, b, &kgo.Record{Topic: "t", Value: make([]byte, 1000)})
	require.Greater(t, d.looks.Load(), before)
}

func TestADiskThatDoesNotTellIsWrittenOnAndLoggedOnce(t *testing.T) {
	d := &disk{}
	d.fails.Store(true)
	b, clock, log := onDisk(t, d)
	clock.tick(spaceEvery)
	produce(t, b, numbered("t", 1)...)
	require.Equal(t, 1, log.count("cannot tell how much disk space is free"))
}

func TestTheSystemTellsFreeSpace(t *testing.T) {
	free, err := freeSpace(t.TempDir())
	require.NoError(t, err)
	require.Positive(t, free)
	_, err = freeSpace(t.TempDir() + "/missing")
	require.Error(t, err)
}

// produceOnce sends one record without retries and returns the broker's own answer.
func produceOnce(t *testing.T, b *Broker) error {
	t.Helper()
	cl := client(t, b, kgo.RecordRetries(0), kgo.DisableIdempotentWrite())
	defer cl.Close()
	err := cl.ProduceSync(t.Context(), numbered("t", 1)...).FirstErr()
	var answer *kerr.Error
	if errors.As(err, &answer) {
		return answer
	}
	return err
}

func commitOnce(t *testing.T, b *Broker) error {
	t.Helper()
	p := kmsg.NewOffsetCommitRequestTopicPartition()
	topic := kmsg.NewOffsetCommitRequestTopic()
	topic.Topic, topic.Partitions = "t", append(topic.Partitions, p)
	req := kmsg.NewPtrOffsetCommitRequest()
	req.Group, req.Generation, req.Topics = "group", -1, append(req.Topics, topic)
	byName := kversion.Stable()
	byName.SetMaxKeyVersion(req.Key(), 9) // later versions name topics by id
	resp, err := client(t, b, kgo.MaxVersions(byName)).Broker(0).Request(t.Context(), req)
	require.NoError(t, err)
	return kerr.ErrorForCode(resp.(*kmsg.OffsetCommitResponse).Topics[0].Partitions[0].ErrorCode)
}
