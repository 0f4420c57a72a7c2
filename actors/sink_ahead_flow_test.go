// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

// twoAtATime are a sink's properties with which a fetch has more than one put takes.
var twoAtATime = map[string]string{"consumer.override.max.poll.records": "2"}

// of are the values of one partition, in their order.
func of(partition string, values []string) []string {
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v[:1] != partition })
}

func TestAPartitionThatTheTaskPausesIsNotPutAnyMore(t *testing.T) {
	b := hermeticBed(t, nil)
	b.feed(b.topic, 0, 0, 7)
	b.feed(b.topic, 1, 0, 7)
	once := sync.Once{}
	b.sink.put = func(records []connect.SinkRecord) error {
		for _, r := range records {
			if r.Original.Partition == 0 && r.Offset == 2 { // all were polled by then
				once.Do(func() { b.sink.flow.Pause(b.at(0)) })
			}
			if r.Original.Partition == 1 && r.Offset == 7 {
				b.sink.flow.Resume(b.at(0))
			}
		}
		return nil
	}
	b.run(twoAtATime)
	b.soon(func() bool { return len(of("1", b.sink.values())) == 7 }, "the other one")
	b.never(func() bool { return len(of("0", b.sink.values())) > 4 }, "records of the paused one behind that put")
	b.feed(b.topic, 1, 7, 8)
	b.soon(b.sink.look(func() bool { return len(b.sink.got) == 15 }), "all")
	require.Equal(t, numbers(0, 0, 7), of("0", b.sink.values()))
	require.Equal(t, numbers(1, 0, 8), of("1", b.sink.values()))
}

func TestARewindIsNotFollowedByWhatWasPolledBefore(t *testing.T) {
	b := hermeticBed(t, nil)
	b.feed(b.topic, 0, 0, 9)
	once := sync.Once{}
	b.sink.put = func(records []connect.SinkRecord) error {
		if len(records) > 0 && records[0].Offset == 2 {
			once.Do(func() { b.sink.flow.Rewind(partitionOffsets{b.at(0): 1}) })
		}
		return nil
	}
	b.run(twoAtATime)
	b.soon(b.sink.look(func() bool { return len(b.sink.got) == 12 }), "the records again")
	require.Equal(t, append(numbers(0, 0, 4), numbers(0, 1, 9)...), b.sink.values())
}

// stalls has the sink's second put wait until the test lets it go on. Of the first one the client has the others still, with the second one all
// were polled.
func (b *sinkBed) stalls() (stuck <-chan struct{}, goOn func()) {
	waits, release, once := make(chan struct{}), make(chan struct{}), sync.Once{}
	b.sink.put = func(records []connect.SinkRecord) error {
		if len(records) > 0 && records[0].Offset == 2 {
			once.Do(func() { close(waits); <-release })
		}
		return nil
	}
	return waits, sync.OnceFunc(func() { close(release) })
}

func TestAPauseHoldsBackWhatWasPolled(t *testing.T) {
	b := hermeticBed(t, nil)
	b.feed(b.topic, 0, 0, 9)
	stuck, goOn := b.stalls()
	defer goOn()
	b.run(twoAtATime)
	<-stuck
	require.NoError(t, b.PauseConnector(t.Context(), b.name()))
	b.until(t, b.name(), connect.Paused, connect.Paused)
	goOn()
	b.soon(b.sink.look(func() bool { return len(b.sink.got) == 4 }), "what was put before the pause")
	b.never(func() bool { return len(b.sink.values()) > 4 }, "more of it")
	require.NoError(t, b.ResumeConnector(t.Context(), b.name()))
	b.soon(b.sink.look(func() bool { return len(b.sink.got) == 9 }), "the others")
	require.Equal(t, numbers(0, 0, 9), b.sink.values())
}
