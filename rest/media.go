// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

const jsonType = "application/json"

// negotiate refuses a body that is not declared to be JSON, and a client that does not take JSON. A request without a body
// needs no Content-Type.
func negotiate(r *http.Request) error {
	if hasBody(r) {
		mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) || mediaType != jsonType {
			return errUnsupportedMedia
		}
	}
	if !acceptsJSON(r.Header.Values("Accept")) {
		return errNotAcceptable
	}
	return nil
}

func hasBody(r *http.Request) bool {
	switch r.Method {
	case http.MethodPost, http.MethodPut, http.MethodPatch:
		return r.ContentLength != 0
	}
	return false
}

// acceptsJSON reads Accept headers as RFC 9110 12.5.1 has it: the range that fits most closely decides, and q=0 refuses.
func acceptsJSON(headers []string) bool {
	if len(headers) == 0 {
		return true
	}
	best, accepted := -1, false
	for element := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		mediaRange, params, err := mime.ParseMediaType(element)
		if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
			continue
		}
		if closeness := fits(mediaRange); closeness > best {
			best, accepted = closeness, quality(params) > 0
		}
	}
	return accepted
}

// fits says how closely a media range names JSON, -1 where it does not.
func fits(mediaRange string) int {
	switch mediaRange {
	case "*/*":
		return 0
	case "application/*":
		return 1
	case jsonType:
		return 2
	}
	return -1
}

func quality(params map[string]string) float64 {
	text, given := params["q"]
	q, err := strconv.ParseFloat(text, 64)
	if !given || err != nil {
		return 1
	}
	return q
}

// readBody reads the whole body, up to a limit in bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if !hasBody(r) {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &requestError{
			status:  http.StatusRequestEntityTooLarge,
			message: fmt.Sprintf("The request body is larger than %d bytes", limit),
		}
	case err != nil:
		return nil, badRequest("The request body could not be read: %v", err)
	}
	return body, nil
}
