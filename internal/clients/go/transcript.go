// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
)

// How long the program waits for a state that a worker reaches by and by, and how often it asks.
const (
	patience  = 40 * time.Second
	pollEvery = 100 * time.Millisecond
)

// step is one call of the client and what came of it: what the client decoded, or the refusal that was wanted, or what
// nobody wanted.
type step struct {
	Call       string `json:"call"`
	Gives      any    `json:"gives,omitempty"`
	Refused    any    `json:"refused,omitempty"`
	Unexpected string `json:"unexpected,omitempty"`
}

// transcript is what the program prints.
type transcript struct{ steps []step }

// call is a use of the client.
type call func() (any, error)

// done makes a call of a function that answers nothing but an error.
func done(f func() error) call { return func() (any, error) { return "done", f() } }

// gives makes a call that has to succeed.
func (t *transcript) gives(what string, f call) {
	t.until(what, f, func(any) bool { return true })
}

// until repeats a call that has to succeed until its answer is the one that the worker comes to.
func (t *transcript) until(what string, f call, reached func(any) bool) {
	answer, err := await(f, notYet, reached)
	s := step{Call: what, Gives: answer}
	if err != nil {
		s = step{Call: what, Unexpected: err.Error()}
	} else if !reached(answer) {
		text, _ := json.Marshal(answer) // what the client decoded from JSON
		s = step{Call: what, Unexpected: "not reached: " + string(text)}
	}
	t.steps = append(t.steps, s)
}

// refused makes a call that has to fail, and keeps how the client tells of it.
func (t *transcript) refused(what string, f call, tell func(error) any) {
	_, err := await(f, busy, func(any) bool { return true })
	if err == nil {
		t.steps = append(t.steps, step{Call: what, Unexpected: "it was not refused"})
		return
	}
	t.steps = append(t.steps, step{Call: what, Refused: tell(err)})
}

// await repeats a call until its answer is enough, or it is refused for good. It gives up after a time.
func await(f call, again func(error) bool, enough func(any) bool) (any, error) {
	tick := time.Tick(pollEvery)
	for end := time.Now().Add(patience); ; <-tick {
		answer, err := f()
		if err == nil && enough(answer) || err != nil && !again(err) || time.Now().After(end) {
			return answer, err
		}
	}
}

// busy says whether Kafka Connect asks to try again: it refuses some calls while its group rebalances.
func busy(err error) bool {
	return says(err, "rebalance is expected", "conflicting operation", "stale configuration", "no known leader URL")
}

// notYet says whether a call may succeed later: a connector that was just created has no status yet.
func notYet(err error) bool { return busy(err) || says(err, "No status found") }

func says(err error, texts ...string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(err.Error(), text) })
}

// print writes the transcript as JSON and says whether all went as it should.
func (t *transcript) print(w io.Writer) (good bool, err error) {
	good = true
	for _, s := range t.steps {
		good = good && s.Unexpected == ""
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return good, e.Encode(t.steps)
}
