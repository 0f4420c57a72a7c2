// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/twmb/franz-go/pkg/sr"

	"github.com/longshore-io/connect"
)

// responseError is an answer of the registry that is not a success. The text is that of Confluent's client.
type responseError struct {
	status, code int
	message      string
}

// Error returns the registry's message and its error code.
func (e *responseError) Error() string { return fmt.Sprintf("%s; error code: %d", e.message, e.code) }

// maxMessage bounds what is shown of an answer that is not the registry's: a page of a proxy, for example.
const maxMessage = 500

// asResponse turns an error of the client into our own; nil where it is no answer but a connection that failed.
func asResponse(err error) *responseError {
	var answer *sr.ResponseError
	if !errors.As(err, &answer) {
		return nil
	}
	message := answer.Message
	if message == "" {
		message = string(answer.Raw)
	}
	if len(message) > maxMessage {
		message = message[:maxMessage] + "..."
	}
	code := answer.ErrorCode
	if code == 0 {
		code = answer.StatusCode
	}
	return &responseError{status: answer.StatusCode, code: code, message: message}
}

// passing says whether the same request may be answered otherwise a little later.
func (e *responseError) passing() bool {
	return e.status == http.StatusRequestTimeout || e.status == http.StatusTooManyRequests || e.status >= http.StatusInternalServerError
}

// classed decides what is to be done about a request that got no good answer: connections that fail and answers that pass are
// retried, everything else is the record's fault. What the registry says is kept.
func classed(doing string, err error) error {
	if answer := asResponse(err); answer != nil {
		if answer.passing() {
			return connect.Retriable(fmt.Errorf("%s: %w", doing, answer))
		}
		return &connect.DataError{Reason: doing, Err: answer}
	}
	if connect.Classify(err) == connect.BadRecord {
		return &connect.DataError{Reason: doing, Err: err}
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return connect.Retriable(fmt.Errorf("%s: %w", doing, err))
}

// WritingError puts the converter's text in front of what went wrong with a record that is written; the class stays that of
// the cause, or BadRecord where the cause has none.
func (f *Format) WritingError(topic string, err error) error {
	return topicError(fmt.Sprintf(f.Writing, topic), err)
}

// ReadingError is WritingError for a message that is read.
func (f *Format) ReadingError(topic string, err error) error {
	return topicError(fmt.Sprintf(f.Reading, topic), err)
}

func topicError(text string, err error) error {
	if connect.Classify(err) == connect.Transient {
		return connect.Retriable(&connect.DataError{Reason: text, Err: err})
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", text, err)
	}
	return &connect.DataError{Reason: text, Err: err}
}
