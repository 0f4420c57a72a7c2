// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"

	connect "github.com/longshore-io/connect"
)

// DecodeConfig reads a connector's configuration from a file: a JSON object of texts. Numbers and booleans become the text
// that they were written as, null stays null, of a key that comes twice the last value counts, and what follows the object
// is not read: all this as Jackson does for Kafka Connect. The error says what is wrong, with line and column.
func DecodeConfig(content []byte) (connect.RawConfig, error) {
	doc, err := parse(content)
	if err != nil {
		return nil, err
	}
	return doc.config("The request body")
}

// decodeConfig reads a configuration from the body of a request, which, other than a file, must have nothing else in it.
func decodeConfig(body []byte) (connect.RawConfig, error) {
	doc, err := parseWhole(body)
	if err != nil {
		return nil, err
	}
	return doc.config("The request body")
}

// DecodeCreate reads the request for a new connector, as connect.CreateRequest describes it, but keeps the name as it is
// written; one that is missing or null is empty. Unknown fields and a missing config are errors.
func DecodeCreate(body []byte) (connect.CreateRequest, error) {
	var create connect.CreateRequest
	doc, err := parseWhole(body)
	if err != nil {
		return create, err
	}
	err = doc.fields("The request body", func(name string, value node) error {
		switch name {
		case "name":
			return value.readName(&create)
		case "config":
			return value.readConfig(&create)
		case "initial_state":
			return value.readInitialState(&create)
		}
		return value.errorf(`Unrecognized field %q: a connector is created from "name", "config" and "initial_state"`, name)
	})
	if err == nil && create.Config == nil {
		err = doc.errorf(`The field "config" is missing: it must be a JSON object with the connector's configuration`)
	}
	return create, err
}

func (n node) readName(create *connect.CreateRequest) error {
	name, err := n.scalar(`The field "name"`)
	create.Name = ""
	if name != nil {
		create.Name = *name
	}
	return err
}

func (n node) readConfig(create *connect.CreateRequest) (err error) {
	create.Config = nil
	if n.kind() != "null" {
		create.Config, err = n.config(`The field "config"`)
	}
	return err
}

func (n node) readInitialState(create *connect.CreateRequest) error {
	create.InitialState = nil
	text, err := n.scalar(`The field "initial_state"`)
	if err != nil || text == nil {
		return err
	}
	state, err := connect.ParseInitialState(*text)
	if err != nil {
		return n.errorf("%v", err)
	}
	create.InitialState = &state
	return nil
}

// node is a JSON value that has been parsed, and where it begins in the body.
type node struct {
	body  []byte
	value json.RawMessage
	at    int
}

// parseWhole parses a body that is one JSON value. Kafka Connect, too, refuses what follows it.
func parseWhole(body []byte) (node, error) {
	n, err := parse(body)
	if err != nil {
		return n, err
	}
	end := n.at + len(n.value)
	if rest := bytes.TrimLeft(n.body[end:], " \t\r\n"); len(rest) > 0 {
		n.at = len(n.body) - len(rest)
		return n, n.errorf("The request body is not valid JSON: something follows the value")
	}
	return n, nil
}

// parse finds the first JSON value of a body, which may begin with a byte order mark.
func parse(body []byte) (node, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	n := node{body: body}
	if at := invalidUTF8(body); at >= 0 {
		n.at = at
		return n, n.errorf("The request body is not valid UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	err := decoder.Decode(&n.value)
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return n, badRequest("The request body is empty: a JSON object was expected")
	case errors.As(err, &syntax):
		n.at = int(syntax.Offset) - 1
		return n, n.errorf("The request body is not valid JSON: %v", err)
	case err != nil: // the only one left is io.ErrUnexpectedEOF
		n.at = len(body)
		return n, n.errorf("The request body is not valid JSON: it ends within a value")
	}
	n.at = int(decoder.InputOffset()) - len(n.value)
	return n, nil
}

func invalidUTF8(body []byte) int {
	if utf8.Valid(body) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRune(body[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// fields visits the fields of an object in their order, until one is wrong.
func (n node) fields(what string, visit func(name string, value node) error) error {
	if n.kind() != "object" {
		return n.errorf("%s must be a JSON object, not %s", what, article[n.kind()])
	}
	// The text was parsed before: from here on the decoder finds no mistake.
	decoder := json.NewDecoder(bytes.NewReader(n.value))
	_, _ = decoder.Token()
	for decoder.More() {
		token, _ := decoder.Token()
		name, _ := token.(string)
		if err := visit(name, n.child(decoder)); err != nil {
			return err
		}
	}
	return nil
}

// elements visits the elements of an array in their order, until one is wrong.
func (n node) elements(what string, visit func(element node) error) error {
	if n.kind() != "array" {
		return n.errorf("%s must be a JSON array, not %s", what, article[n.kind()])
	}
	decoder := json.NewDecoder(bytes.NewReader(n.value))
	_, _ = decoder.Token()
	for decoder.More() {
		if err := visit(n.child(decoder)); err != nil {
			return err
		}
	}
	return nil
}

// child is the value that the decoder of this one comes to next.
func (n node) child(decoder *json.Decoder) node {
	child := node{body: n.body}
	_ = decoder.Decode(&child.value)
	child.at = n.at + int(decoder.InputOffset()) - len(child.value)
	return child
}

func (n node) config(what string) (connect.RawConfig, error) {
	config := connect.RawConfig{}
	err := n.fields(what, func(key string, value node) (err error) {
		config[key], err = value.scalar("The value of " + strconv.Quote(key))
		return err
	})
	return config, err
}

// scalar returns the text of a value, nil for null.
func (n node) scalar(what string) (*string, error) {
	text := string(n.value)
	switch kind := n.kind(); kind {
	case "null":
		return nil, nil
	case "string":
		_ = json.Unmarshal(n.value, &text)
	case "object", "array":
		return nil, n.errorf("%s must be a string, a number, a boolean or null, not %s", what, article[kind])
	}
	return &text, nil
}

// article names a kind of JSON value in a sentence.
var article = map[string]string{
	"null": "null", "string": "a string", "number": "a number", "boolean": "a boolean", "object": "an object", "array": "an array",
}

func (n node) kind() string {
	switch n.value[0] {
	case 'n':
		return "null"
	case '"':
		return "string"
	case '{':
		return "object"
	case '[':
		return "array"
	case 't', 'f':
		return "boolean"
	}
	return "number"
}

// errorf says what is wrong with the node and where it is; columns count characters, from 1.
func (n node) errorf(format string, args ...any) error {
	before := n.body[:n.at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return badRequest(format+" (line %d, column %d)", append(args, line, column)...)
}
