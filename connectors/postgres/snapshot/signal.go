// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/longshore-io/connect/connectors/postgres/catalog"
	"github.com/longshore-io/connect/internal/javaregex"
)

// Signal is a command to a running connector: a row of the signal table, or a line of the signal file.
type Signal struct {
	ID   string
	Type string
	// Data is a JSON object, or "".
	Data string
}

// The types of signals.
const (
	executeSignal = "execute-snapshot"
	stopSignal    = "stop-snapshot"
	pauseSignal   = "pause-snapshot"
	resumeSignal  = "resume-snapshot"
	logSignal     = "log"
	openSignal    = "snapshot-window-open"
	closeSignal   = "snapshot-window-close"
)

// Mark says whether it is one of those that we write ourselves, around a chunk.
func (s Signal) Mark() bool { return s.Type == openSignal || s.Type == closeSignal }

// SignalOf reads a row of the signal table by the places of its three columns; false for one that has not three. Null data is "".
func SignalOf(row [][]byte) (Signal, bool) {
	if len(row) != 3 || row[0] == nil || row[1] == nil {
		return Signal{}, false
	}
	return Signal{ID: string(row[0]), Type: string(row[1]), Data: string(row[2])}, true
}

// ReadSignals takes the signals out of a file: one JSON object in each line with id, type and data. Lines that are none are returned as
// wrong. A file that is not there has none.
func ReadSignals(path string) (signals []Signal, wrong []string, err error) {
	text, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read the signals: %w", err)
	case len(text) == 0:
		return nil, nil, nil
	}
	if err := os.Truncate(path, 0); err != nil {
		return nil, nil, fmt.Errorf("take the signals out of their file: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		var parsed struct {
			ID   string          `json:"id"`
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		}
		switch {
		case line == "":
		case json.Unmarshal([]byte(line), &parsed) != nil:
			wrong = append(wrong, line)
		default:
			signals = append(signals, Signal{ID: parsed.ID, Type: parsed.Type, Data: string(parsed.Data)})
		}
	}
	return signals, wrong, nil
}

// command is the data of a signal that is about snapshots.
type command struct {
	Collections []string    `json:"data-collections"`
	Type        string      `json:"type"`
	Conditions  []condition `json:"additional-conditions"`
	Surrogate   string      `json:"surrogate-key"`
	Message     string      `json:"message"`
}

// condition restricts a table's rows; in a blocking snapshot it is a whole SELECT statement.
type condition struct {
	Collection string `json:"data-collection"`
	Filter     string `json:"filter"`
}

const (
	incrementalType = "INCREMENTAL"
	blockingType    = "BLOCKING"
)

func (s Signal) command() (command, error) {
	var c command
	if strings.TrimSpace(s.Data) == "" {
		return command{Type: incrementalType}, nil
	}
	if err := json.Unmarshal([]byte(s.Data), &c); err != nil {
		return c, fmt.Errorf("read the data of the signal %s: %w", s.ID, err)
	}
	c.Type = strings.ToUpper(strings.TrimSpace(c.Type))
	if c.Type == "" {
		c.Type = incrementalType
	}
	return c, nil
}

// tables returns the known tables that a command names: by expressions for whole names in which the case of letters counts, and else by name.
func (c command) tables(known []catalog.ID) []catalog.ID {
	var out []catalog.ID
	for _, name := range c.Collections {
		name = strings.TrimSpace(name)
		expression, err := javaregex.Compile(name)
		for _, id := range known {
			match := id.String() == name || err == nil && expression.MatchString(id.String())
			if match && !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

// filter returns the first condition that is for a table, "" for none.
func (c command) filter(id catalog.ID) string {
	for _, candidate := range c.Conditions {
		expression, err := javaregex.Compile("(?i)" + strings.TrimSpace(candidate.Collection))
		if strings.EqualFold(candidate.Collection, id.String()) || err == nil && expression.MatchString(id.String()) {
			return candidate.Filter
		}
	}
	return ""
}
