// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"time"

	connect "github.com/longshore-io/connect"
	clustergateway "github.com/longshore-io/connect/cluster/gateway"
)

// wireKind is how one kind of message travels to the worker that has to carry it out, and its answer back. The deadline is not
// part of the message: the clocks of two machines differ, so what travels is the time that is left, with the envelope.
type wireKind struct {
	name    string
	message reflect.Type
	encode  func(m any) (json.RawMessage, error)
	decode  func(body json.RawMessage, deadline time.Time) (any, error)
	value   func(body json.RawMessage) (any, error)
}

// The kinds by name and by type of message.
var (
	wireByName = wireIndex(func(k wireKind) string { return k.name })
	wireByType = wireIndex(func(k wireKind) reflect.Type { return k.message })
)

func wireIndex[K comparable](key func(wireKind) K) map[K]wireKind {
	index := make(map[K]wireKind, len(wireTable))
	for _, k := range wireTable {
		index[key(k)] = k
	}
	return index
}

// wired makes a kind of how a message M is written as the JSON of a W and made from it again.
func wired[M, W any](name string, value func(json.RawMessage) (any, error), write func(M) W, read func(W, time.Time) M) wireKind {
	return wireKind{
		name: name, message: reflect.TypeFor[M](), value: value,
		encode: func(m any) (json.RawMessage, error) { return json.Marshal(write(m.(M))) },
		decode: func(body json.RawMessage, deadline time.Time) (any, error) {
			var w *W
			if err := json.Unmarshal(body, &w); err != nil {
				return nil, err
			}
			if w == nil {
				return nil, errors.New("it is empty")
			}
			return read(*w, deadline), nil
		},
	}
}

// wireKinds are the names of the kinds that this worker can be asked for.
func wireKinds() []string {
	names := make([]string, len(wireTable))
	for i, k := range wireTable {
		names[i] = k.name
	}
	return names
}

// encodeMessage writes a message for another worker, without its deadline.
func encodeMessage(m any) (kind string, body json.RawMessage, err error) {
	k, known := wireByType[reflect.TypeOf(m)]
	if !known {
		return "", nil, fmt.Errorf("a %T is not for other workers", m)
	}
	if body, err = k.encode(m); err != nil {
		return "", nil, wrongMessage("write", k.name, err)
	}
	return k.name, body, nil
}

// decodeMessage reads what another worker has written; deadline is by the clock of this one.
func decodeMessage(kind string, body json.RawMessage, deadline time.Time) (any, error) {
	k, known := wireByName[kind]
	if !known {
		return nil, fmt.Errorf("requests of kind %q are not known here: the worker that asks runs another version of Longshore", kind)
	}
	m, err := k.decode(body, deadline)
	if err != nil {
		return nil, wrongMessage("read", kind, err)
	}
	return m, nil
}

// wrongMessage keeps the text of what the asker has done wrong.
func wrongMessage(verb, kind string, err error) error {
	var wrong *connect.DataError
	if errors.As(err, &wrong) {
		return wrong
	}
	return fmt.Errorf("%s a request of kind %q: %w", verb, kind, err)
}

// wireReply is the body of an answer.
type wireReply struct {
	// Value is what the kind is answered with; null is nothing.
	Value any `json:"value,omitempty"`
	// Known is one of wireErrors, by name: an error that the asker compares with.
	Known string `json:"known,omitempty"`
}

// wireErrors are answers that an asker tells from others. All other errors travel as a class and a text.
var wireErrors = map[string]error{"nothing_to_write": errNothingToWrite}

// encodeReply writes an answer for another worker. Its error is the answer's own, which travels beside the body, or says that the
// answer cannot be written.
func encodeReply(r Reply) (json.RawMessage, error) {
	for name, known := range wireErrors {
		if errors.Is(r.Err, known) {
			return json.Marshal(wireReply{Known: name})
		}
	}
	if r.Err != nil {
		return nil, r.Err
	}
	if put, ok := r.Value.(PutResult); ok {
		r.Value = wirePutResult(put)
	}
	body, err := json.Marshal(wireReply{Value: r.Value})
	if err != nil {
		return nil, fmt.Errorf("write an answer for another worker: %w", err)
	}
	return body, nil
}

// decodeReply makes the Reply that the asker would have got here of what came back for a message of a kind: a body or an error.
// A refusal, after which another worker may be asked, stays what it is.
func decodeReply(kind string, body json.RawMessage, err error) Reply {
	var failure *clustergateway.Failure
	if errors.As(err, &failure) && failure.Refused == "" {
		return Reply{Err: connect.Errorf(failure.Class(), "%s", failure.Text)}
	}
	if err != nil {
		return Reply{Err: err}
	}
	value, err := decodeValue(kind, body)
	return Reply{Value: value, Err: err}
}

func decodeValue(kind string, body json.RawMessage) (any, error) {
	k, known := wireByName[kind]
	if !known {
		return nil, fmt.Errorf("an answer to a request of kind %q is not known here", kind)
	}
	var reply struct {
		Value json.RawMessage
		Known string
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return nil, fmt.Errorf("read the answer to a request of kind %q: %w", kind, err)
	}
	switch {
	case reply.Known != "":
		return nil, wireError(reply.Known)
	case len(reply.Value) == 0 || string(reply.Value) == "null":
		return nil, nil
	}
	value, err := k.value(reply.Value)
	if err != nil {
		return nil, fmt.Errorf("read the answer to a request of kind %q: %w", kind, err)
	}
	return value, nil
}

func wireError(name string) error {
	if known, ok := wireErrors[name]; ok {
		return known
	}
	return fmt.Errorf("another worker has answered %q, which is not known here", name)
}
