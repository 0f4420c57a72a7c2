// SPDX-License-Identifier: Apache-2.0

package actors_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"

	connect "github.com/longshore-io/connect"
)

// sinkStories are told on the embedded broker and by Kafka itself.
func sinkStories() map[string]func(*testing.T, *sinkBed) {
	return map[string]func(*testing.T, *sinkBed){
		"a sink that asks for an offset when it opens is given nothing from before":     rewindsInOpen,
		"a sink goes back where it asks for":                                            goesBack,
		"a put that may work later gets the same records while nothing else is fetched": putsAgain,
		"what a sink cannot make durable is read again from the last commit":            readsAgain,
		"only offsets that a sink was given are committed":                              commitsWhatItWasGiven,
		"a sink is told where its partitions stand before their first record":           knowsWhereItStands,
		"a partition that a sink pauses stays so over a pause of the connector":         pausesOnePartition,
		"topics that appear later are read where the expression matches the whole name": readsNewTopics,
		"what waits for another put is dropped when its partition is another member's":  dropsWhatIsAnothers,
		"a consumer reads what is committed where that is configured":                   readsCommitted,
		"a consumer begins at the end where that is configured":                         readsTheLatest,
		"a put gets as many records as a poll may return":                               putsAFew,
		"a consumer is the member that is configured":                                   isTheMember,
	}
}

func TestASinkSteersItsConsumer(t *testing.T) {
	for name, story := range sinkStories() {
		t.Run(name, func(t *testing.T) { story(t, hermeticBed(t, nil)) })
	}
}

// holds says that the sink has accepted exactly these, in any order of partitions.
func (b *sinkBed) holds(values ...string) func() bool {
	slices.Sort(values)
	return func() bool {
		got := b.sink.values()
		slices.Sort(got)
		return slices.Equal(got, values)
	}
}

func rewindsInOpen(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 10)
	b.feed(b.topic, 1, 0, 10)
	b.sink.open = func() { b.sink.flow.Rewind(partitionOffsets{b.at(0): 7}) }
	b.run(nil)
	b.soon(b.holds(append(numbers(0, 7, 10), numbers(1, 0, 10)...)...), "records from the offsets that were asked for")
	b.never(func() bool { return len(b.sink.values()) > 13 }, "more records")
	b.soon(func() bool { return b.committed(0) == 10 && b.committed(1) == 10 }, "offsets are committed")
}

func goesBack(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 5)
	back := true
	b.sink.put = func(records []connect.SinkRecord) error {
		if len(records) > 0 && records[len(records)-1].Offset == 4 && back {
			back = false
			b.sink.flow.Rewind(partitionOffsets{b.at(0): 2, {Topic: b.topic, Partition: 9}: 0})
		}
		return nil
	}
	b.run(nil)
	b.soon(b.holds(append(numbers(0, 0, 5), numbers(0, 2, 5)...)...), "the last three twice")
	b.soon(func() bool { return b.committed(0) == 5 }, "offsets are committed")
}

func putsAgain(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 5)
	failures := 3
	b.sink.put = func(records []connect.SinkRecord) error {
		if len(records) == 0 || failures == 0 {
			return nil
		}
		failures--
		return connect.Retriable(errors.New("not now"))
	}
	b.run(nil)
	b.soon(b.sink.look(func() bool { return len(b.sink.puts) > 0 }), "a put")
	b.feed(b.topic, 1, 0, 5)
	b.soon(b.holds(append(numbers(0, 0, 5), numbers(1, 0, 5)...)...), "all records once")
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	for attempt := range 3 {
		require.Equal(t, b.sink.puts[0], b.sink.puts[attempt+1], "attempt %d", attempt)
	}
}

func readsAgain(t *testing.T, b *sinkBed) {
	fail := false
	b.sink.preCommit = func(current partitionOffsets) (partitionOffsets, error) {
		if fail {
			fail = false
			return nil, errors.New("the disk is full")
		}
		return current, nil
	}
	b.sink.put = func(records []connect.SinkRecord) error {
		if n := len(records); n > 0 && records[n-1].Offset >= 4 {
			fail = records[n-1].Offset == 9 && len(b.sink.got) < 10
			b.sink.flow.RequestCommit()
		}
		return nil
	}
	b.feed(b.topic, 0, 0, 5)
	b.run(nil)
	b.soon(func() bool { return b.committed(0) == 5 }, "the first five are committed at once, the sink has asked for that")
	b.feed(b.topic, 0, 5, 10)
	b.soon(func() bool { return b.committed(0) == 10 }, "all are committed")
	require.Subset(t, b.sink.values()[10:], numbers(0, 9, 10), "what was not durable is delivered again")
	require.NotContains(t, b.sink.values()[10:], "0/4", "what was committed is not")
	b.until(t, b.name(), connect.Running, connect.Running)
}

func commitsWhatItWasGiven(t *testing.T, b *sinkBed) {
	answer := func(partitionOffsets) (partitionOffsets, error) { return nil, nil }
	b.sink.preCommit = func(current partitionOffsets) (partitionOffsets, error) { return answer(current) }
	say := func(offsets partitionOffsets) {
		b.sink.mu.Lock()
		defer b.sink.mu.Unlock()
		answer = func(partitionOffsets) (partitionOffsets, error) { return offsets, nil }
	}
	b.feed(b.topic, 0, 0, 5)
	b.run(nil)
	b.soon(b.sink.look(func() bool { return b.sink.committable[b.at(0)] == 5 }), "what may be committed")
	b.never(func() bool { return b.committed(0) >= 0 }, "a commit of nothing")
	say(partitionOffsets{b.at(0): 6, {Topic: "other"}: 1})
	b.never(func() bool { return b.committed(0) >= 0 }, "a commit beyond what was given")
	say(partitionOffsets{b.at(0): 3, b.at(1): 1})
	b.soon(func() bool { return b.committed(0) == 3 }, "less than what was given")
	require.EqualValues(t, -1, b.committed(1))
}

func knowsWhereItStands(t *testing.T, b *sinkBed) {
	b.feed(b.topic, 0, 0, 3)
	b.run(nil)
	b.soon(func() bool { return b.committed(0) == 3 }, "a commit")
	require.NoError(t, b.RestartTask(t.Context(), connect.TaskID{Connector: b.name(), Task: 0}))
	b.soon(b.sink.look(func() bool { return len(b.sink.opened) == 4 }), "the second life")
	b.sink.mu.Lock()
	b.sink.committable = nil
	b.sink.mu.Unlock()
	b.soon(b.sink.look(func() bool { return b.sink.committable[b.at(0)] == 3 }), "the offset where it stands")
	require.Equal(t, numbers(0, 0, 3), b.sink.values())
}

func pausesOnePartition(t *testing.T, b *sinkBed) {
	b.sink.open = func() { b.sink.flow.Pause(b.at(0)) }
	b.run(nil)
	b.feed(b.topic, 0, 0, 3)
	b.feed(b.topic, 1, 0, 3)
	b.soon(b.holds(numbers(1, 0, 3)...), "records of the other partition")
	require.NoError(t, b.PauseConnector(t.Context(), b.name()))
	b.until(t, b.name(), connect.Paused, connect.Paused)
	require.NoError(t, b.ResumeConnector(t.Context(), b.name()))
	b.until(t, b.name(), connect.Running, connect.Running)
	b.feed(b.topic, 1, 3, 6)
	b.soon(b.holds(numbers(1, 0, 6)...), "records of the other partition")
	b.never(func() bool { return len(b.sink.values()) > 6 }, "records of the paused one")
	b.sink.mu.Lock()
	b.sink.put = func([]connect.SinkRecord) error {
		b.sink.flow.Resume(b.at(0))
		return nil
	}
	b.sink.mu.Unlock()
	b.feed(b.topic, 1, 6, 7) // so that it is called
	b.soon(b.holds(append(numbers(0, 0, 3), numbers(1, 0, 7)...)...), "all")
}

func TestASinkIsCalledAsOftenAsItAsksFor(t *testing.T) {
	b := hermeticBed(t, map[string]string{"offset.flush.interval.ms": "3600000"})
	b.sink.put = func([]connect.SinkRecord) error {
		b.sink.flow.Timeout(lookEvery)
		return nil
	}
	b.run(nil)
	b.feed(b.topic, 0, 0, 1)
	b.soon(b.sink.look(func() bool { return b.sink.empty > 20 }), "puts without records")
}

func readsNewTopics(t *testing.T, b *sinkBed) {
	for _, topic := range []string{b.topic + "-a", b.topic + "-q", "x" + b.topic + "-b", b.topic + "-bb"} {
		b.make(topic)
		b.feed(topic, 0, 0, 1)
	}
	b.run(map[string]string{"topics.regex": b.topic + `-[a-z&&[^q]]|\Q` + b.topic + `.late\E`})
	b.soon(func() bool { return len(b.sink.values()) == 1 }, "the record of the first topic")
	b.make(b.topic + ".late")
	b.make(b.topic + "Xlate")
	b.feed(b.topic+".late", 1, 0, 1)
	b.feed(b.topic+"Xlate", 1, 0, 1)
	b.soon(func() bool { return len(b.sink.values()) == 2 }, "the record of the late topic")
	b.never(func() bool { return len(b.sink.values()) > 2 }, "records of other topics")
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	require.Equal(t, b.topic+"-a", b.sink.got[0].Original.Topic)
	require.Equal(t, b.topic+".late", b.sink.got[1].Original.Topic)
}

func TestATopicThatIsNamedTwiceIsReadOnce(t *testing.T) {
	b := hermeticBed(t, nil)
	b.feed(b.topic, 0, 0, 3)
	b.run(map[string]string{"topics": "told, ,told,told"})
	b.soon(b.holds(numbers(0, 0, 3)...), "all records")
	b.never(func() bool { return len(b.sink.values()) > 3 }, "a record twice")
}

func TestHeadersOfTheSameNameKeepTheirOrder(t *testing.T) {
	b := hermeticBed(t, nil)
	b.run(nil)
	b.produce(&kgo.Record{Topic: b.topic, Value: []byte("v"), Headers: []kgo.RecordHeader{{Key: "a", Value: []byte("x")}, {Key: "b", Value: []byte("y")}, {Key: "a", Value: []byte("z")}}})
	b.soon(b.sink.look(func() bool { return len(b.sink.got) == 1 }), "the record")
	headers := []string{}
	b.sink.mu.Lock()
	defer b.sink.mu.Unlock()
	for _, h := range b.sink.got[0].Headers {
		headers = append(headers, fmt.Sprintf("%s=%v", h.Key, h.Value))
	}
	require.Equal(t, []string{"a=x", "b=y", "a=z"}, headers)
}

func TestWhatASinkAsksForDoesNotWaitForTheNextCommit(t *testing.T) {
	readsAgain(t, hermeticBed(t, map[string]string{"offset.flush.interval.ms": "3600000"}))
}
