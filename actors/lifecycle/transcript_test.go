// SPDX-License-Identifier: Apache-2.0

package lifecycle_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors/lifecycle"
)

var update = flag.Bool("update", false, "write the transcripts anew; read the difference before believing it")

// TestTranscripts plays the files of testdata. A file begins with "task" or "connector"; every other line that is neither
// indented nor a comment is an event, and what follows it, indented, is the state it leads to and the effects. "again"
// starts over with a new state.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			want := strings.ReplaceAll(string(text), "\r\n", "\n")
			got := play(t, want)
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
				return
			}
			assert.Equal(t, want, got)
		})
	}
}

func play(t *testing.T, script string) string {
	var out strings.Builder
	var state lifecycle.State
	kind := lifecycle.Task
	for line := range strings.Lines(script) {
		words := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, " "):
			continue
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case words[0] == "task", words[0] == "connector":
			kind = kinds[words[0]]
			state = lifecycle.New(kind, 0)
		case words[0] == "again":
			state = lifecycle.New(kind, 0)
		default:
			out.WriteString(line)
			var effects []lifecycle.Effect
			state, effects = lifecycle.Next(state, parseEvent(t, words))
			describe(&out, state, effects)
			continue
		}
		out.WriteString(line)
	}
	return out.String()
}

var kinds = map[string]lifecycle.Kind{"task": lifecycle.Task, "connector": lifecycle.Connector}

// parseEvent reads `Kind [g<n>] [target] [retry] [announce] [trace=word]`.
func parseEvent(t *testing.T, words []string) lifecycle.Event {
	e := lifecycle.Event{Kind: kindOf(t, words[0])}
	for _, word := range words[1:] {
		switch {
		case word == "retry":
			e.Retry = true
		case word == "announce":
			e.Announce = true
		case strings.HasPrefix(word, "trace="):
			e.Trace = strings.TrimPrefix(word, "trace=")
		case strings.HasPrefix(word, "g"):
			n, err := strconv.Atoi(word[1:])
			require.NoError(t, err)
			e.Generation = n
		default:
			e.Target = connect.TargetState(word)
		}
	}
	return e
}

func kindOf(t *testing.T, name string) lifecycle.EventKind {
	for k := lifecycle.Assign; k <= lifecycle.RestartDue; k++ {
		if k.String() == name {
			return k
		}
	}
	require.Fail(t, "no such event", name)
	return 0
}

func describe(out *strings.Builder, s lifecycle.State, effects []lifecycle.Effect) {
	fmt.Fprintf(out, "    = %s, reported %s", s.Phase, s.Reported())
	if s.GivenUp() {
		out.WriteString(", given up")
	} else if s.Occupied() {
		out.WriteString(", occupied")
	}
	out.WriteString("\n")
	for _, e := range effects {
		fmt.Fprintf(out, "    %s\n", e)
	}
}
