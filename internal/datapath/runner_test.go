// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// inputFile, replayFile and doneFile are in the folder of a scenario: what a FileStreamSource reads, what a ReplaySource
	// emits, and what that says when all of it was taken.
	inputFile, replayFile, doneFile = "in.txt", "replay.jsonl", "done.txt"

	// batchLimit is how long the scenarios of a batch may take together.
	batchLimit = 90 * time.Second
	// settleLimit is how long two outcomes may differ when both connectors are done: what is written behind (dead letters,
	// offsets, states) comes a little later.
	settleLimit = 6 * time.Second
	// callers is how many calls are made at a time.
	callers = 4
)

// runner runs scenarios on both sides.
type runner struct {
	java, ours *side
	kafka      *kafka
	rules      *ruleBook
}

// result is how a scenario ended.
type result struct {
	java, ours *outcome
	// lines of differences, none where both are equal.
	differences []string
	// wrong is why there is nothing to compare.
	wrong error
}

// waiting is a scenario that is not decided.
type waiting struct {
	*scenario
	result
	doneAt  time.Time
	decided bool
}

// batch runs scenarios side by side and decides them.
func (r *runner) batch(t *testing.T, scenarios []*scenario) map[string]result {
	t.Helper()
	r.kafka.fill(t, scenarios, r.made(scenarios))
	running := make([]*waiting, len(scenarios))
	for i, s := range scenarios {
		running[i] = &waiting{scenario: s}
		require.NoError(t, errors.Join(s.prepare(r.java), s.prepare(r.ours)))
	}
	r.each(running, r.create(t.Context()))
	_ = kafkatest.Eventually(batchLimit, pollEvery, func() error { return r.decide(t.Context(), running) }) // who is undecided says so itself
	out := map[string]result{}
	for _, w := range running {
		if !w.decided && w.wrong == nil {
			w.wrong = errors.New("it was not looked at to its end")
		}
		if w.wrong != nil {
			w.wrong = errors.Join(w.wrong, lastWords(w.scenario, r.java), lastWords(w.scenario, r.ours))
		}
		out[w.name] = w.result
	}
	r.each(running, func(w *waiting, of *side) {
		_ = of.call(t.Context(), http.MethodDelete, "/connectors/"+w.connector(of), nil, nil) // one that was refused is not there
	})
	return out
}

// lastWords are the last lines of a worker's log about a connector.
func lastWords(s *scenario, of *side) error {
	const most = 6
	said, err := of.log()
	if err != nil {
		return err
	}
	var about []string
	for line := range strings.Lines(said) {
		if strings.Contains(line, s.connector(of)) {
			about = append(about, line[:min(len(line), 500)])
		}
	}
	return fmt.Errorf("%s said:\n%s", of.name, strings.Join(about[max(0, len(about)-most):], ""))
}

// made are topics that are there before, by name with their number of partitions: those that scenarios ask for, and those of sources that
// are about something else than how topics come to be.
func (r *runner) made(scenarios []*scenario) map[string]int32 {
	out := map[string]int32{}
	for _, s := range scenarios {
		for _, of := range []*side{r.java, r.ours} {
			for _, m := range s.replay {
				if !strings.HasPrefix(s.name, "source.topics.") {
					out[s.connector(of)+"-"+m.topic] = 1
				}
			}
			for topic, n := range s.made {
				out[s.connector(of)+"-"+topic] = n
			}
		}
	}
	return out
}

// prepare writes the files that a connector reads.
func (s *scenario) prepare(of *side) error {
	dir := s.dir(of)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if s.text != "" {
		return os.WriteFile(filepath.Join(dir, inputFile), []byte(s.text), 0o600)
	}
	if len(s.replay) == 0 {
		return nil
	}
	var lines strings.Builder
	for _, m := range s.replay {
		lines.WriteString(s.fill(of, m.line()) + "\n")
	}
	return os.WriteFile(filepath.Join(dir, replayFile), []byte(lines.String()), 0o600)
}

// each visits all scenarios on both sides, a few at a time.
func (r *runner) each(running []*waiting, visit func(*waiting, *side)) {
	var all sync.WaitGroup
	for _, of := range []*side{r.java, r.ours} {
		queue := make(chan *waiting)
		for range callers {
			all.Go(func() {
				for w := range queue {
					visit(w, of)
				}
			})
		}
		all.Go(func() {
			for _, w := range running {
				queue <- w
			}
			close(queue)
		})
	}
	all.Wait()
}

func (r *runner) create(ctx context.Context) func(*waiting, *side) {
	var mu sync.Mutex
	return func(w *waiting, of *side) {
		body := map[string]any{"name": w.connector(of), "config": w.own(of)}
		err := of.call(ctx, http.MethodPost, "/connectors", body, nil)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil && w.refused:
			w.refuse(of, err)
		case err != nil:
			w.wrong, w.decided = errors.Join(w.wrong, err), true
		case w.refused:
			w.wrong, w.decided = errors.Join(w.wrong, fmt.Errorf("%s: it was not refused", of.name)), true
		}
	}
}

// refuse takes the answer to a creation for an outcome, and decides where there are two.
func (w *waiting) refuse(of *side, err error) {
	o := &outcome{connector: unit{State: "refused", Trace: plainer{w.scenario, of}.text(strings.TrimPrefix(err.Error(), of.name))}}
	if strings.HasPrefix(of.token, "dpj") {
		w.java = o
	} else {
		w.ours = o
	}
	if w.java != nil && w.ours != nil && !w.decided {
		w.differences, w.decided = differences(w.java.lines(), w.ours.lines()), true
	}
}

var errUndecided = errors.New("not all is done")

// decide looks at the scenarios that are not decided.
func (r *runner) decide(ctx context.Context, running []*waiting) error {
	java, err := r.java.statuses(ctx)
	if err != nil {
		return err
	}
	ours, err := r.ours.statuses(ctx)
	if err != nil {
		return err
	}
	ends, err := r.kafka.ends(ctx)
	if err != nil {
		return err
	}
	undecided := 0
	for _, w := range running {
		if !w.decided && w.doneAt.IsZero() {
			w.wrong = errors.Join(r.done(ctx, w.scenario, r.java, java), r.done(ctx, w.scenario, r.ours, ours))
		}
		if !w.decided && w.wrong == nil {
			r.compare(ctx, w, java[w.connector(r.java)], ours[w.connector(r.ours)], ends)
		}
		if !w.decided {
			undecided++
		}
	}
	if undecided > 0 {
		return errUndecided
	}
	return nil
}

// done returns an error while there is more to come.
func (r *runner) done(ctx context.Context, s *scenario, of *side, all map[string]status) error {
	now, has := all[s.connector(of)]
	if !has {
		return fmt.Errorf("%s: the connector has no state", of.name)
	}
	if now.failed() {
		return nil
	}
	switch {
	case s.isSink():
		if err := r.kafka.consumed(ctx, "connect-"+s.connector(of), s.inputs()); err != nil {
			return fmt.Errorf("%s: %s %v: %w", of.name, now.Connector.State, now.Tasks, err)
		}
		return nil
	case s.want > 0:
		if n := r.count(s, of); n < s.want {
			return fmt.Errorf("%s: the source wrote %d of %d records", of.name, n, s.want)
		}
		return nil
	}
	if _, err := os.Stat(filepath.Join(s.dir(of), doneFile)); err != nil {
		return fmt.Errorf("%s: the source's records were not all taken: %s %v", of.name, now.Connector.State, now.Tasks)
	}
	return nil
}

// count is how many records a connector has written.
func (r *runner) count(s *scenario, of *side) int {
	r.kafka.mu.Lock()
	defer r.kafka.mu.Unlock()
	n := 0
	for topic, partitions := range r.kafka.records {
		if strings.HasPrefix(topic, s.connector(of)+"-") {
			for _, records := range partitions {
				n += len(records)
			}
		}
	}
	return n
}

// compare decides a scenario whose connectors are done: when the outcomes are equal, or have had the time to become so.
func (r *runner) compare(ctx context.Context, w *waiting, java, ours status, ends kadm.ListedOffsets) {
	if w.doneAt.IsZero() {
		w.doneAt = time.Now()
	}
	late := time.Since(w.doneAt) > settleLimit
	theirs, javaErr := r.look(ctx, w.scenario, r.java, java, ends)
	own, oursErr := r.look(ctx, w.scenario, r.ours, ours, ends)
	if err := errors.Join(javaErr, oursErr); err != nil {
		if late {
			w.wrong, w.decided = err, true
		}
		return
	}
	w.java, w.ours = theirs, own
	used := r.rules.apply(w.scenario, theirs, own)
	w.differences = differences(theirs.lines(), own.lines())
	if len(w.differences) == 0 || late {
		w.decided = true
		r.rules.used(used)
	}
}

// batches cuts scenarios into lists of at most n.
func batches(all []*scenario, n int) [][]*scenario { return slices.Collect(slices.Chunk(all, n)) }
