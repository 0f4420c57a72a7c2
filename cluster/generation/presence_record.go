// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"encoding/json"
	"errors"
	"strings"
)

// Forgotten says that the record of a worker was removed from the status topic.
type Forgotten struct{ Worker string }

type (
	presenceValue struct {
		V       int            `json:"v"`
		Boot    Boot           `json:"boot"`
		Gossip  string         `json:"gossip"`
		RPC     string         `json:"rpc"`
		REST    string         `json:"rest"`
		State   WorkerState    `json:"state"`
		Speaks  []int          `json:"speaks,omitempty"`
		Seq     int64          `json:"seq"`
		Applied int64          `json:"applied"`
		Holding []holdingValue `json:"holding"`
		Answer  string         `json:"answer"`
	}
	holdingValue struct {
		Connector string `json:"connector"`
		Task      int    `json:"task"`
		Since     int64  `json:"since"`
	}
	rollCallValue struct {
		V     int      `json:"v"`
		Nonce string   `json:"nonce"`
		By    string   `json:"by"`
		Asks  []string `json:"asks"`
	}
)

// Record is the presence as a record of the status topic. Its key names the worker.
func (p Presence) Record() Record {
	value := presenceValue{
		V: 1, Boot: p.Boot, Gossip: p.Gossip, RPC: p.RPC, REST: p.REST, State: p.State,
		Speaks: []int{max(p.Oldest, 1), max(p.Newest, 1)}, Seq: p.Seq, Applied: p.Applied,
		Holding: make([]holdingValue, 0, len(p.Holding)), Answer: p.Answer,
	}
	for _, h := range p.Holding {
		value.Holding = append(value.Holding, holdingValue{Connector: h.Connector, Task: h.Task, Since: h.Since})
	}
	return Record{Key: workerPrefix + p.Worker, Value: marshal(value)}
}

// PresenceTombstone removes what a worker has told of itself from the status topic.
func PresenceTombstone(worker string) Record { return Record{Key: workerPrefix + worker} }

// Record is the roll call as a record of the status topic. There is one key for all of them: the latest counts.
func (c RollCall) Record() Record {
	return Record{Key: rollCallKey, Value: marshal(rollCallValue{V: 1, Nonce: c.Nonce, By: c.By, Asks: append([]string{}, c.Asks...)})}
}

// DecodeStatus reads a record of the status topic: a [Presence], [Forgotten] where one was removed, a [RollCall], or nil where it is
// none of these. Of a record of a version that is not known it reads what it can: workers have to see each other to agree on one.
func DecodeStatus(key string, value []byte) (any, error) {
	worker, isPresence := strings.CutPrefix(key, workerPrefix)
	switch {
	case isPresence && value == nil:
		return Forgotten{Worker: worker}, nil
	case isPresence:
		return decodePresence(key, worker, value)
	case key == rollCallKey && value != nil:
		return decodeRollCall(key, value)
	default:
		return nil, nil
	}
}

func decodePresence(key, worker string, value []byte) (any, error) {
	var v presenceValue
	if err := json.Unmarshal(value, &v); err != nil && !isLater(v.V, err) {
		return nil, undecodable(statusTopic, key, err)
	}
	p := Presence{
		Worker: worker, Boot: v.Boot, Gossip: v.Gossip, RPC: v.RPC, REST: v.REST, State: v.State, Oldest: 1, Newest: 1,
		Seq: v.Seq, Applied: v.Applied, Answer: v.Answer,
	}
	if len(v.Speaks) >= 2 {
		p.Oldest, p.Newest = v.Speaks[0], v.Speaks[1]
	}
	for _, h := range v.Holding {
		p.Holding = append(p.Holding, Holding{Unit: Unit{h.Connector, h.Task}, Since: h.Since})
	}
	return p, nil
}

func decodeRollCall(key string, value []byte) (any, error) {
	var v rollCallValue
	if err := json.Unmarshal(value, &v); err != nil && !isLater(v.V, err) {
		return nil, undecodable(statusTopic, key, err)
	}
	return RollCall{Nonce: v.Nonce, By: v.By, Asks: v.Asks}, nil
}

// isLater tells that a record is of a later version, in which some fields have another form; the others were read.
func isLater(version int, err error) bool {
	var kind *json.UnmarshalTypeError
	return version > Newest && errors.As(err, &kind)
}
