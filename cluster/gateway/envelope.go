// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/cluster/generation"
)

// Version is that of the envelopes which this build writes, and the only one that it reads.
const Version = 1

// Envelope is a request to another worker. Fields that a reader does not know are ignored.
type Envelope struct {
	// V is the version of the envelope; 0 is written as [Version].
	V int `json:"v"`
	// Kind says what is asked, and so what Body is.
	Kind string `json:"kind"`
	// From is the worker that asks, FromBoot its process; the gateway fills them in where they are empty.
	From     string          `json:"from"`
	FromBoot generation.Boot `json:"from_boot"`
	// To is the worker that is asked, ToBoot the process of it, "" for any: others refuse.
	To     string          `json:"to"`
	ToBoot generation.Boot `json:"to_boot,omitempty"`
	// Generation is the one that the asker acts on; 0 is none. The gateway does not look at it.
	Generation int64 `json:"generation,omitempty"`
	// Deadline is until when the request may be begun, in milliseconds since 1970 by the clock of whoever holds the envelope; 0
	// is no deadline. Clocks of machines differ: what travels is the time that is left.
	Deadline int64 `json:"-"`
	// ID tells requests apart in logs.
	ID string `json:"id,omitempty"`
	// Body is JSON.
	Body json.RawMessage `json:"body,omitempty"`
}

// Answer is what comes back for an Envelope: a body, or an error.
type Answer struct {
	// V is the version of the answer, [Version].
	V int `json:"v"`
	// Body is JSON, nothing where there is an error.
	Body json.RawMessage `json:"body,omitempty"`
	// Error is why there is no body.
	Error *Failure `json:"error,omitempty"`
	// Clock is what the clock of the answering worker showed, in milliseconds since 1970.
	Clock int64 `json:"clock_ms,omitempty"`
}

// sent is an envelope on its way.
type sent struct {
	Envelope
	// Left is how many milliseconds were left when it was sent; 0 is no deadline.
	Left int64 `json:"left_ms,omitempty"`
	// Until is the same instant by the receiver's clock, as far as the sender knows that; 0 is unknown. It refuses what a process
	// that was stopped for a while finds in its buffers.
	Until int64 `json:"until_ms,omitempty"`
}

// opened gives an envelope its deadline by the receiver's clock.
func (s sent) opened(now time.Time) Envelope {
	e := s.Envelope
	if s.Left > 0 {
		e.Deadline = now.UnixMilli() + s.Left
		if s.Until > 0 {
			e.Deadline = min(e.Deadline, s.Until)
		}
	}
	return e
}

// UnknownKind is the error with which to answer an envelope of a kind that this build does not know. Nothing was done.
func UnknownKind(e Envelope) error {
	return refusal(Unknown, connect.Fatal, "worker %s does not know requests of kind %q: it runs another version of Longshore than worker %s", e.To, e.Kind, e.From)
}

// encode writes JSON as it is, without the escapes that web pages need: they would make it longer than it was measured.
func encode(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write a message between workers: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
