// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const jsonType = "application/json"

// negotiate refuses a body that is declared to be something else than JSON, where one is read also a body of which nothing
// is declared, and a client that does not take JSON.
func negotiate(r *http.Request, content content) error {
	mediaType := ""
	if declared := r.Header["Content-Type"]; len(declared) > 0 && content != unseen {
		var err error
		mediaType, _, err = parseMedia(declared[0])
		switch {
		case err != nil || !strings.Contains(mediaType, "/"):
			return badRequest("The Content-Type %q is not a media type", declared[0])
		case !slices.Contains(rangesOf(jsonType), mediaType):
			return errUnsupportedMedia
		}
	}
	taken, err := accepts(r, jsonType)
	switch {
	case err != nil:
		return err
	case !taken:
		return errNotAcceptable
	case content == read && r.ContentLength != 0 && mediaType != jsonType:
		return errUntypedMedia
	}
	return nil
}

// parseMedia reads a media type or range. Parameters without a value are let pass.
func parseMedia(text string) (mediaType string, params map[string]string, err error) {
	mediaType, params, err = mime.ParseMediaType(text)
	if errors.Is(err, mime.ErrInvalidMediaParameter) {
		err = nil
	}
	return mediaType, params, err
}

// rangesOf are the media ranges that a type is in. Those without a slash are none by the book, but Java's own HTTP client
// sends the star and Kafka Connect takes both.
func rangesOf(mediaType string) []string {
	kind, _, _ := strings.Cut(mediaType, "/")
	return []string{mediaType, kind + "/*", kind, "*/*", "*"}
}

// accepts says whether the client takes a media type. As in Kafka Connect a quality of 0 refuses nothing.
func accepts(r *http.Request, mediaType string) (bool, error) {
	ranges := strings.Join(r.Header["Accept"], ",")
	if strings.TrimSpace(ranges) == "" {
		return true, nil
	}
	accepted := false
	for element := range strings.SplitSeq(ranges, ",") {
		if strings.TrimSpace(element) == "" {
			continue // RFC 9110 5.6.1: lists may have empty elements
		}
		mediaRange, params, err := parseMedia(element)
		if err != nil || !validQuality(params) {
			return false, badRequest("The Accept header has %q, which is not a media range", element)
		}
		accepted = accepted || slices.Contains(rangesOf(mediaType), mediaRange)
	}
	return accepted, nil
}

func validQuality(params map[string]string) bool {
	text, given := params["q"]
	q, err := strconv.ParseFloat(text, 64)
	return !given || err == nil && 0 <= q && q <= 1
}

// readBody reads the whole body, up to a limit in bytes.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
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
