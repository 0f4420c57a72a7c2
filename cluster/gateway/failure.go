// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"

	connect "github.com/longshore-io/connect"
)

// Failure is the error of another worker, as it travels. As an error it has exactly the text and the class of the original.
type Failure struct {
	// Name is that of the class: Class().String().
	Name string `json:"class"`
	// Text is the whole text of the error.
	Text string `json:"text"`
	// Refused says why the request was not even begun, "" where it was.
	Refused Refusal `json:"refused,omitempty"`
}

// Refusal is why a gateway did not hand a request over: nothing was done, and nothing will be.
type Refusal string

// The refusals. A reader may meet others.
const (
	// Unknown is a version or kind that the worker does not know.
	Unknown Refusal = "unknown"
	// Elsewhere is a request for another worker, or for another process of this one.
	Elsewhere Refusal = "elsewhere"
	// Late is a request whose deadline has passed.
	Late Refusal = "late"
	// Busy is one too many at the same time.
	Busy Refusal = "busy"
	// Malformed is one that cannot be read.
	Malformed Refusal = "malformed"
)

// Error returns the text.
func (f *Failure) Error() string { return f.Text }

// Class is that of the original error; what this build has no name for is Fatal.
func (f *Failure) Class() connect.Class { return classes[f.Name] }

// classes are all classes by name.
var classes = func() map[string]connect.Class {
	all := map[string]connect.Class{}
	for class := connect.Fatal; class.String() != ""; class++ {
		all[class.String()] = class
	}
	return all
}()

func refusal(why Refusal, class connect.Class, format string, args ...any) *Failure {
	return &Failure{Name: class.String(), Text: fmt.Sprintf(format, args...), Refused: why}
}

// failureOf is an error as it travels; what another worker has answered stays what it is.
func failureOf(err error) *Failure {
	var failure *Failure
	if errors.As(err, &failure) && failure.Text == err.Error() {
		return failure
	}
	return &Failure{Name: connect.Classify(err).String(), Text: err.Error()}
}

// Delivery is what is known of a request that was not answered.
type Delivery int

// What is known of a request that was not answered.
const (
	// NotDelivered is certain: no worker has seen it, and none will.
	NotDelivered Delivery = iota
	// MaybeDelivered: the worker may have got it, and may be carrying it out.
	MaybeDelivered
)

// Unreachable says that a worker did not answer. It is Transient, and TimedOut where the asker's time was over.
type Unreachable struct {
	// Address is the one that was called.
	Address string
	// Delivered says what is known of the request.
	Delivered Delivery
	// Err is the cause.
	Err error
}

// Error says what was tried, the cause, and what is known of the request.
func (u *Unreachable) Error() string {
	if u.Delivered == NotDelivered {
		return fmt.Sprintf("the worker at %s cannot be reached, and did not get the request: %v", u.Address, u.Err)
	}
	return fmt.Sprintf("the worker at %s did not answer, and may have carried out the request: %v", u.Address, u.Err)
}

// Class is Transient, and TimedOut where the asker's time was over.
func (u *Unreachable) Class() connect.Class {
	if errors.Is(u.Err, context.DeadlineExceeded) && u.asker() {
		return connect.TimedOut
	}
	return connect.Transient
}

// asker says that it was the asker who gave up, and not a connection that took too long.
func (u *Unreachable) asker() bool {
	var gave *gaveUp
	return errors.As(u.Err, &gave)
}

// Unwrap returns the cause.
func (u *Unreachable) Unwrap() error { return u.Err }

// gaveUp is the end of the asker's context.
type gaveUp struct{ cause error }

func (g *gaveUp) Error() string { return g.cause.Error() }

func (g *gaveUp) Unwrap() error { return g.cause }
