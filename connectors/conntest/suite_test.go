// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// shelf is what the connectors of this test read and write: texts in memory.
type shelf struct{ texts []string }

// What can be wrong with a connector; a flaw of "" is none.
const (
	forgetsOffsets = "forgets offsets"
	repeats        = "repeats a record after a restart"
	ignoresCancel  = "ignores that Poll is cancelled"
	blocksStop     = "blocks in Stop"
	takesAnything  = "takes any configuration"
	plansTooMuch   = "plans too many tasks"
	sharesConfigs  = "hands one map to two tasks"
	loses          = "lets records be committed that it has lost"
	commitsMore    = "lets more be committed than it was given"
)

type connector struct {
	shelf *shelf
	flaw  string
	props map[string]string
}

func (c *connector) Version() string { return "1" }

func (c *connector) Config() connect.ConfigDef {
	validator := connect.NonEmpty()
	if c.flaw == takesAnything {
		validator = nil
	}
	return connect.ConfigDef{{
		Name: "topic", Type: connect.StringType, Required: true, Validator: validator,
		Importance: connect.High, Doc: "Where records go.",
	}}
}

func (c *connector) Start(_ context.Context, _ connect.ConnectorContext, props map[string]string) error {
	c.props = props
	return nil
}

func (c *connector) TaskConfigs(_ context.Context, maxTasks int) ([]map[string]string, error) {
	if c.flaw == plansTooMuch {
		maxTasks++
	}
	shared := maps.Clone(c.props)
	out := make([]map[string]string, maxTasks)
	for i := range out {
		if out[i] = shared; c.flaw != sharesConfigs {
			out[i] = maps.Clone(c.props)
		}
	}
	return out, nil
}

func (c *connector) Stop(ctx context.Context) error { return nil }

type source struct{ connector }

func (s *source) NewTask() connect.SourceTask { return &sourceTask{shelf: s.shelf, flaw: s.flaw} }

type sourceTask struct {
	shelf *shelf
	flaw  string
	topic string
	next  int
}

func (s *sourceTask) Start(ctx context.Context, tc connect.SourceTaskContext, props map[string]string) error {
	s.topic = props["topic"]
	stored, err := tc.Offsets().Offset(ctx, nil)
	if err != nil || stored == nil {
		return err
	}
	s.next = int(stored["next"].(int64))
	switch {
	case s.flaw == forgetsOffsets:
		s.next = 0
	case s.flaw == repeats && s.next > 0:
		s.next--
	}
	return nil
}

func (s *sourceTask) Poll(ctx context.Context) ([]connect.SourceRecord, error) {
	if s.next == len(s.shelf.texts) {
		if s.flaw == ignoresCancel {
			ctx = context.Background()
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(patience):
			return nil, nil
		}
	}
	value := s.shelf.texts[s.next]
	s.next++
	return []connect.SourceRecord{{
		Record:       connect.Record{Topic: s.topic, Value: value},
		SourceOffset: connect.OffsetMap{"next": s.next},
	}}, nil
}

func (s *sourceTask) Stop(context.Context) error {
	if s.flaw == blocksStop {
		<-make(chan struct{})
	}
	return nil
}

type sink struct{ connector }

func (s *sink) NewTask() connect.SinkTask { return &sinkTask{shelf: s.shelf, flaw: s.flaw} }

type sinkTask struct {
	shelf *shelf
	flaw  string
}

func (*sinkTask) Start(context.Context, connect.SinkTaskContext, map[string]string) error { return nil }

func (s *sinkTask) Put(_ context.Context, records []connect.SinkRecord) error {
	for i, r := range records {
		if s.flaw != loses || i > 0 {
			s.shelf.texts = append(s.shelf.texts, r.Value.(string))
		}
	}
	return nil
}

func (s *sinkTask) PreCommit(_ context.Context, current map[connect.TopicPartition]int64) (map[connect.TopicPartition]int64, error) {
	if s.flaw == commitsMore {
		current[partition]++
	}
	return current, nil
}

func (*sinkTask) Stop(context.Context) error { return nil }

func testSource(t *testing.T, flaw string) {
	var last *shelf
	Source(t, SourceCase{
		New: func() connect.SourceConnector { return &source{connector{shelf: last, flaw: flaw}} },
		Prepare: func(*testing.T) SourceSetup {
			last = &shelf{}
			return SourceSetup{Props: map[string]string{"topic": "texts"}, Feed: func(n int) {
				for range n {
					last.texts = append(last.texts, fmt.Sprintf("text %d", len(last.texts)))
				}
			}}
		},
		Bad: map[string]string{"topic": ""},
	})
}

func testSink(t *testing.T, flaw string) {
	var last *shelf
	Sink(t, SinkCase{
		New: func() connect.SinkConnector { return &sink{connector{shelf: last, flaw: flaw}} },
		Prepare: func(*testing.T) SinkSetup {
			last = &shelf{}
			return SinkSetup{Props: map[string]string{"topic": "texts"}, Missing: func(records []connect.SinkRecord) error {
				have := map[string]bool{}
				for _, text := range last.texts {
					have[text] = true
				}
				for _, r := range records {
					if !have[r.Value.(string)] {
						return fmt.Errorf("%v is missing", r.Value)
					}
				}
				return nil
			}}
		},
		Bad: map[string]string{"topic": ""},
	})
}

func TestAGoodSourcePasses(t *testing.T) { testSource(t, "") }

func TestAGoodSinkPasses(t *testing.T) { testSink(t, "") }

// flawedKind and flawedHow are the environment variables that make this test binary run the suite on a flawed connector.
const (
	flawedKind = "CONNTEST_FLAWED_KIND"
	flawedHow  = "CONNTEST_FLAWED_HOW"
)

// TestFlawed is the other process of the test below.
func TestFlawed(t *testing.T) {
	switch os.Getenv(flawedKind) {
	case "source":
		testSource(t, os.Getenv(flawedHow))
	case "sink":
		testSink(t, os.Getenv(flawedHow))
	}
}

func TestAFlawedConnectorFails(t *testing.T) {
	tests := []struct{ kind, flaw, want string }{
		{"source", forgetsOffsets, "the source has no more records than these"},
		{"source", repeats, "the source has no more records than these"},
		{"source", ignoresCancel, "Poll has not returned within 1s of its cancellation"},
		{"source", blocksStop, "Stop has not returned within 1s"},
		{"source", takesAnything, "no error of the key names it"},
		{"source", plansTooMuch, "--- FAIL: TestFlawed/at_most_the_allowed_number_of_tasks_is_planned"},
		{"source", sharesConfigs, "tasks 1 and 0 have one map"},
		{"sink", loses, "value 0 is missing"},
		{"sink", commitsMore, "records that the task has not been given"},
		{"sink", takesAnything, "no error of the key names it"},
	}
	for _, tt := range tests {
		t.Run("a "+tt.kind+" that "+tt.flaw, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFlawed$", "-test.v", "-test.failfast")
			cmd.Env = append(os.Environ(), flawedKind+"="+tt.kind, flawedHow+"="+tt.flaw)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "the suite has to fail:\n%s", out)
			assert.Contains(t, string(out), tt.want)
		})
	}
}
