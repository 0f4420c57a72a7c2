// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	numbersSource = "org.apache.kafka.connect.tools.VerifiableSourceConnector"
	numbersSink   = "org.apache.kafka.connect.tools.VerifiableSinkConnector"
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

// create creates the two connectors, with so many tasks each.
func (n *numbers) create(a api, perSecond int) {
	n.t.Helper()
	tasks := strconv.Itoa(n.tasks)
	n.k.create(n.topic, int32(n.tasks), "delete")
	a.create("numbers", "RUNNING", map[string]string{"connector.class": numbersSource, "tasks.max": tasks, "topic": n.topic,
		"throughput": strconv.Itoa(perSecond)})
	a.create("printer", "RUNNING", map[string]string{"connector.class": numbersSink, "tasks.max": tasks, "topics": n.topic})
}

// produced are the numbers in the topic, each task's in their order.
func (n *numbers) produced() (all []number) {
	n.t.Helper()
	for _, r := range n.k.records(n.topic) {
		var key, value struct{ Payload int64 }
		require.NoError(n.t, json.Unmarshal(r.Key, &key))
		require.NoError(n.t, json.Unmarshal(r.Value, &value))
		all = append(all, number{key.Payload, value.Payload})
	}
	return all
}

// printed is how often the sink was given each number.
func (n *numbers) printed() map[number]int {
	n.t.Helper()
	given := map[number]int{}
	for _, p := range n.processes {
		f, err := os.Open(p.stdout)
		require.NoError(n.t, err)
		for lines := bufio.NewScanner(f); lines.Scan(); {
			var line struct {
				Name    string
				Flushed bool
				number
			}
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Name == "printer" && !line.Flushed {
				given[line.number]++
			}
		}
		require.NoError(n.t, f.Close())
	}
	return given
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
