// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// reply is what an endpoint answers.
type reply struct {
	status int
	// body is shown as JSON; nil is no body at all.
	body any
	// location is the URL of what was created, allow the methods that the path has.
	location, allow string
	// typedOnly has the Content-Type of JSON also where there is no body.
	typedOnly bool
	// untyped leaves the Content-Type out, as Kafka Connect does where no resource was reached.
	untyped bool
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

// plainText is a body that is not JSON.
type plainText string

// write sends the reply. An error of the connection is the client's, and there is nobody left to tell.
func (r reply) write(w http.ResponseWriter) {
	var content []byte
	header := w.Header()
	switch body := r.body.(type) {
	case nil:
		if r.typedOnly {
			header.Set("Content-Type", jsonType)
		}
	case plainText:
		header.Set("Content-Type", "text/plain")
		content = []byte(body)
	default:
		header.Set("Content-Type", jsonType)
		content = encode(body)
	}
	if r.untyped {
		header["Content-Type"] = nil // keeps net/http from guessing one
	}
	set(header, "Location", r.location)
	set(header, "Allow", r.allow)
	w.WriteHeader(r.status)
	_, _ = w.Write(content)
}

func set(header http.Header, name, value string) {
	if value != "" {
		header.Set(name, value)
	}
}

// encode makes JSON as Jackson does: on one line, with <, > and & as they are. The bodies are plain values of this package
// and the vocabulary, which always have a JSON form.
func encode(body any) []byte {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
