// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"bytes"
	"encoding/json"
)

// What the records of the config topic look like. Fields that are not known are ignored when they are read, so that a later
// version can add some without being a higher one.
type (
	headValue struct {
		V          int                    `json:"v"`
		Generation int64                  `json:"generation"`
		Leader     string                 `json:"leader"`
		LeaderBoot Boot                   `json:"leader_boot"`
		LeaderURL  string                 `json:"leader_url"`
		Term       int64                  `json:"term"`
		Reason     string                 `json:"reason"`
		Workers    map[string]workerValue `json:"workers"`
		Lost       []fenceValue           `json:"lost,omitempty"`
	}
	workerValue struct {
		Boot       Boot  `json:"boot"`
		Generation int64 `json:"generation"`
		Parts      int   `json:"parts"`
	}
	// shareValue is one part of what a worker owns.
	shareValue struct {
		V          int           `json:"v"`
		Generation int64         `json:"generation"`
		Worker     string        `json:"worker"`
		Part       int           `json:"part"`
		Parts      int           `json:"parts"`
		Run        []runValue    `json:"run,omitempty"`
		Revoke     []revokeValue `json:"revoke,omitempty"`
		Fence      []fenceValue  `json:"fence,omitempty"`
	}
	// runValue has generations: Instance is that of the connector's own instance, 0 for none; Tasks has tasks by theirs.
	runValue struct {
		Connector string          `json:"connector"`
		Instance  int64           `json:"instance,omitempty"`
		Tasks     map[int64][]int `json:"tasks,omitempty"`
	}
	revokeValue struct {
		runValue
		At int64 `json:"at"`
	}
	// fenceValue says of Tasks, where [Instance] is the connector's own, which Workers are to be fenced.
	fenceValue struct {
		Connector string   `json:"connector"`
		Tasks     []int    `json:"tasks"`
		Workers   []string `json:"workers,omitempty"`
	}
)

// marshal writes compact JSON. The types of this package have nothing that JSON cannot say.
func marshal(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic("generation: a record cannot be written as JSON: " + err.Error())
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
