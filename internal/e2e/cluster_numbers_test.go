// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	numbersSource = "org.apache.kafka.connect.tools.VerifiableSourceConnector"
	numbersSink   = "org.apache.kafka.connect.tools.VerifiableSinkConnector"
	// The names of the connectors.
	counter, printer = "numbers", "printer"
)

// numbers is a source whose tasks count upwards at a limited rate, and a sink that prints what it is given: what has become of each
// number shows in the topic and on standard output of the workers.
type numbers struct {
	t     *testing.T
	k     *kafka
	topic string
	tasks int
	// processes are all that may have printed.
	processes []*process
}

// number is one of a source's task.
type number struct {
	Task, Seqno int64
}

// start starts the workers, with an eye on what they print, and the two connectors.
func (n *numbers) start(c *workers, perSecond int) {
	n.t.Helper()
	c.start()
	for _, w := range c.all {
		n.processes = append(n.processes, w.process)
	}
	n.create(c.all[0].api, perSecond)
	c.balanced(n.k, len(c.all), 2*n.tasks)
}

// stop ends the source, and returns what it has produced when the sink was given all of it.
func (n *numbers) stop(a api) []number {
	n.t.Helper()
	a.must(http.MethodPut, "/connectors/"+counter+"/stop", nil)
	a.await(counter, "STOPPED []")
	produced := n.produced()
	n.awaitPrinted(produced)
	return produced
}

// create creates the two connectors, with so many tasks each.
func (n *numbers) create(a api, perSecond int) {
	n.t.Helper()
	tasks := strconv.Itoa(n.tasks)
	n.k.create(n.topic, int32(n.tasks), "delete")
	a.create(counter, "RUNNING", map[string]string{"connector.class": numbersSource, "tasks.max": tasks, "topic": n.topic,
		"throughput": strconv.Itoa(perSecond)})
	a.create(printer, "RUNNING", map[string]string{"connector.class": numbersSink, "tasks.max": tasks, "topics": n.topic})
}

// produced are the numbers in the topic, each task's in their order.
func (n *numbers) produced() (all []number) {
	n.t.Helper()
	for _, r := range n.k.records(n.topic) {
		all = append(all, n.numberOf(r))
	}
	return all
}

func (n *numbers) numberOf(r *kgo.Record) number {
	n.t.Helper()
	var key, value struct{ Payload int64 }
	require.NoError(n.t, json.Unmarshal(r.Key, &key))
	require.NoError(n.t, json.Unmarshal(r.Value, &value))
	return number{key.Payload, value.Payload}
}

// printed is a line of one of the two connectors: of the source when it has made a number and again when that is in Kafka, of the sink
// when it was given one and again when that was committed.
type printed struct {
	Name string
	// Task is the source's, SinkTask the sink's.
	Task, SinkTask, Seqno, Offset int64
	Committed, Flushed            bool
	TimeMS                        int64 `json:"time_ms"`
	by                            *process
}

// lines are all lines that were printed, by one process after the other.
func (n *numbers) lines() (all []printed) {
	n.t.Helper()
	for _, p := range n.processes {
		f, err := os.Open(p.stdout)
		require.NoError(n.t, err)
		for lines := bufio.NewScanner(f); lines.Scan(); {
			line := printed{by: p}
			if json.Unmarshal(lines.Bytes(), &line) == nil { // the last line may be cut
				all = append(all, line)
			}
		}
		require.NoError(n.t, f.Close())
	}
	return all
}

// given are the lines of the sink when it was given a number.
func (n *numbers) given() []printed {
	n.t.Helper()
	return slices.DeleteFunc(n.lines(), func(l printed) bool { return l.Name != printer || l.Flushed })
}

// printed is how often the sink was given each number.
func (n *numbers) printed() map[number]int {
	n.t.Helper()
	times := map[number]int{}
	for _, line := range n.given() {
		times[number{line.Task, line.Seqno}]++
	}
	return times
}

// awaitPrinted returns how often the sink was given each number, when it has been given all that were produced.
func (n *numbers) awaitPrinted(produced []number) (given map[number]int) {
	n.t.Helper()
	eventually(n.t, settleLimit, func() error {
		given = n.printed()
		for _, number := range produced {
			if given[number] == 0 {
				return fmt.Errorf("the sink was not given number %d of task %d", number.Seqno, number.Task)
			}
		}
		return nil
	})
	return given
}

// requireNoGap requires that each task has produced every number up to its last one. It returns how many came again.
func requireNoGap(t *testing.T, produced []number) (again int) {
	t.Helper()
	next := map[int64]int64{}
	for i, n := range produced {
		require.LessOrEqual(t, n.Seqno, next[n.Task], "task %d left numbers out, at record %d", n.Task, i)
		if n.Seqno < next[n.Task] {
			again++
		}
		next[n.Task] = max(next[n.Task], n.Seqno+1)
	}
	return again
}

// requireGivenOnce requires that the sink was given each number once.
func (n *numbers) requireGivenOnce() {
	n.t.Helper()
	times := n.printed()
	again := slices.DeleteFunc(n.given(), func(l printed) bool { return times[number{l.Task, l.Seqno}] == 1 })
	said := make([]string, len(again))
	for i, l := range again {
		said[i] = fmt.Sprintf("number %d of task %d at %s by task %d in process %d", l.Seqno, l.Task,
			time.UnixMilli(l.TimeMS).Format(logTime), l.SinkTask, l.by.pid())
	}
	require.Empty(n.t, said, "numbers that the sink was given more than once")
}

// logTime is how a line of a log begins.
const logTime = "2006-01-02 15:04:05.000"
