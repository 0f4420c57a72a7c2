// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"fmt"
	"net/http"

	connect "github.com/longshore-io/connect"
)

// errorView is the body of every error.
type errorView struct {
	Code    int    `json:"error_code"`
	Message string `json:"message"`
}

// requestError is a request that this package refuses by itself.
type requestError struct {
	status  int
	message string
	// unrouted means that no resource was reached: Kafka Connect's answer then has no Content-Type.
	unrouted bool
}

func (e *requestError) Error() string { return e.message }

var (
	errNotFound         = unrouted(http.StatusNotFound)
	errMethodNotAllowed = unrouted(http.StatusMethodNotAllowed)
	errNotAcceptable    = unrouted(http.StatusNotAcceptable)
	errUnsupportedMedia = unrouted(http.StatusUnsupportedMediaType)

	// These come from a resource, and have a Content-Type.
	errNoTask       = &requestError{status: http.StatusNotFound, message: errNotFound.Error()}
	errUntypedMedia = &requestError{status: http.StatusUnsupportedMediaType, message: errUnsupportedMedia.Error()}
)

func unrouted(status int) error {
	return &requestError{status, fmt.Sprintf("HTTP %d %s", status, http.StatusText(status)), true}
}

func badRequest(format string, args ...any) error {
	return &requestError{status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// statusOf is the status code for each class of errors; all others are 500, a time-out too.
var statusOf = map[connect.Class]int{
	connect.NotFound:  http.StatusNotFound,
	connect.Exists:    http.StatusConflict,
	connect.Conflict:  http.StatusConflict,
	connect.BadConfig: http.StatusBadRequest,
	connect.Forbidden: http.StatusForbidden,
}

// errorReply is the answer to an error, with exactly its text.
func errorReply(err error) reply {
	var refused *requestError
	if errors.As(err, &refused) {
		return reply{status: refused.status, body: errorView{refused.status, refused.message}, untyped: refused.unrouted}
	}
	status, known := statusOf[connect.Classify(err)]
	if !known {
		status = http.StatusInternalServerError
	}
	return reply{status: status, body: errorView{status, err.Error()}}
}
