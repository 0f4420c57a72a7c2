// SPDX-License-Identifier: Apache-2.0

package conntest

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

var toyProps = map[string]string{"topic": "texts", "code": "open sesame"}

var toyWrong = []Wrong{{Key: "smallest", Value: "6", With: map[string]string{"batch": "5"}, Says: "must not be more than batch"}}

func testSource(t *testing.T, flaw string) {
	var last *shelf
	Source(t, SourceCase{
		New: func() connect.SourceConnector { return &toySource{toy{shelf: last, flaw: flaw}} },
		Prepare: func(*testing.T) SourceSetup {
			last = &shelf{}
			return SourceSetup{Props: toyProps, Feed: last.feed, Hang: last.hang, Break: last.cut}
		},
		Bad:   map[string]string{"topic": "", "batch": "0"},
		Wrong: toyWrong,
	})
}

func testSink(t *testing.T, flaw string) {
	var last *shelf
	Sink(t, SinkCase{
		New: func() connect.SinkConnector { return &toySink{toy{shelf: last, flaw: flaw}} },
		Prepare: func(*testing.T) SinkSetup {
			last = &shelf{}
			return SinkSetup{Props: toyProps, Hang: last.hang, Break: last.cut, Missing: func(records []connect.SinkRecord) error {
				for _, r := range records {
					if !slices.Contains(last.texts, r.Value.(string)) {
						return fmt.Errorf("%v is missing", r.Value)
					}
				}
				return nil
			}}
		},
		Unfit: func(int) connect.Record { return connect.Record{ValueSchema: connect.String, Value: unfit} },
		Bad:   map[string]string{"topic": "", "batch": "0"},
		Wrong: toyWrong,
	})
}

func TestAGoodSourcePasses(t *testing.T) { testSource(t, "") }

func TestAGoodSinkPasses(t *testing.T) { testSink(t, "") }

// A source that goes back to the beginning of its batch passes where it may repeat records.
func TestASourceThatRepeatsPassesWhereItMay(t *testing.T) {
	var last *shelf
	Source(t, SourceCase{
		New: func() connect.SourceConnector { return &toySource{toy{shelf: last, flaw: repeats}} },
		Prepare: func(*testing.T) SourceSetup {
			last = &shelf{}
			return SourceSetup{Props: toyProps, Feed: last.feed}
		},
		Content: func(record connect.SourceRecord) any { return record.Value },
		Repeats: true,
	})
}

// flawedKind and flawedHow are the environment variables that make this test binary run the suite on a flawed connector.
const (
	flawedKind = "CONNTEST_FLAWED_KIND"
	flawedHow  = "CONNTEST_FLAWED_HOW"
)

// TestFlawed is the other process of the test below.
func TestFlawed(t *testing.T) {
	if os.Getenv(flawedKind) != "" {
		patience = 3 * time.Second
	}
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
		{"source", endsBatches, "records have come, and no more"},
		{"source", confirmsAhead, "--- FAIL: TestFlawed/no_more_is_confirmed_than_is_stored"},
		{"source", losesWhenAway, "--- FAIL: TestFlawed/what_comes_while_the_source_is_away_is_read_when_it_is_back"},
		{"source", ignoresCancel, "has not returned within 1s"},
		{"source", hangsToo, "--- FAIL: TestFlawed/a_task_stops_within_a_second_while_the_source_hangs"},
		{"source", blocksStop, "Stop has not returned within 1s"},
		{"source", leaves, "goroutines of the connector are left"},
		{"source", takesAnything, "no error of the key names it"},
		{"source", blamesOthers, "a key that is right has errors"},
		{"source", saysNothing, "the error does not say what would be right"},
		{"source", saysSecrets, "a secret was said"},
		{"source", logsSecrets, "a secret was said"},
		{"source", plansTooMuch, "--- FAIL: TestFlawed/at_most_the_allowed_number_of_tasks_is_planned"},
		{"source", sharesConfigs, "tasks 1 and 0 have one map"},
		{"sink", loses, "value 0 is missing"},
		{"sink", commitsMore, "records that the task has not been given"},
		{"sink", remembersAll, "--- FAIL: TestFlawed/a_partition_that_was_taken_back_comes_again"},
		{"sink", takesAnything, "no error of the key names it"},
		{"sink", takesOnce, "--- FAIL: TestFlawed/records_that_come_again_are_taken"},
		{"sink", forgetsFailures, "is missing"},
		{"sink", hangsToo, "Put has not returned within 1s"},
		{"sink", swallows, "what was reported"},
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
