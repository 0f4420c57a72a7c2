// SPDX-License-Identifier: Apache-2.0

package jsonrecord

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrUndecodable says that a value is not JSON at all. Readers of the config topic do not move their position past one.
var ErrUndecodable = errors.New("not JSON")

// Object is a JSON object whose fields are decoded when they are asked for.
type Object map[string]json.RawMessage

// Parse decodes the value of a record. A tombstone and the JSON text null give a nil Object, as to Kafka Connect they are
// the same. The errors are one that wraps ErrUndecodable, and one for JSON that is no object.
func Parse(value []byte) (Object, error) {
	if value == nil {
		return nil, nil
	}
	if !utf8.Valid(value) {
		return nil, fmt.Errorf("%w: it is not UTF-8", ErrUndecodable)
	}
	var o Object
	err := json.Unmarshal(value, &o)
	var otherType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &otherType):
		return nil, errors.New("not a JSON object")
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUndecodable, err)
	}
	return o, nil
}

// String returns a field that is a string, and false for everything else.
func (o Object) String(field string) (string, bool) {
	raw := o[field]
	if len(raw) == 0 || raw[0] != '"' {
		return "", false
	}
	var s string
	err := json.Unmarshal(raw, &s)
	return s, err == nil
}

// Nullable returns a field that is a string, or nil where it is missing or null; false for everything else.
func (o Object) Nullable(field string) (*string, bool) {
	if raw, there := o[field]; !there || string(raw) == "null" {
		return nil, true
	}
	s, ok := o.String(field)
	return &s, ok
}

// Bool returns a field that is true or false; anything else is false.
func (o Object) Bool(field string) bool { return string(o[field]) == "true" }

// Int returns a field that is an integer, of any width up to that of a Java long.
func (o Object) Int(field string) (int64, bool) {
	n, err := strconv.ParseInt(string(o[field]), 10, 64)
	return n, err == nil
}

// Count returns a field that is an integer from 0 up to Java's greatest int.
func (o Object) Count(field string) (int, bool) {
	n, ok := o.Int(field)
	return int(n), ok && n >= 0 && n <= math.MaxInt32
}

// Object returns a field that is an object.
func (o Object) Object(field string) (Object, bool) {
	var inner Object
	err := json.Unmarshal(o[field], &inner)
	return inner, err == nil && inner != nil
}

// Strings returns the object as a map of strings and nulls. Numbers and booleans, which Kafka Connect does not write, are
// taken by their text; false for an object or array among the values.
func (o Object) Strings() (map[string]*string, bool) {
	out := make(map[string]*string, len(o))
	for name, raw := range o {
		switch raw[0] {
		case '{', '[':
			return nil, false
		case 'n':
			out[name] = nil
		case '"':
			s, _ := o.String(name) // it is a string, and valid as a part of what was parsed
			out[name] = &s
		default:
			s := string(raw)
			out[name] = &s
		}
	}
	return out, true
}

// TaskID splits `<name>-<number>` at its last dash, as names may hold dashes themselves.
func TaskID(key string) (name string, task int, ok bool) {
	dash := strings.LastIndexByte(key, '-')
	if dash < 0 {
		return "", 0, false
	}
	n, err := strconv.ParseUint(key[dash+1:], 10, 31)
	return key[:dash], int(n), err == nil
}

// Clip shortens a key for a log line, quoted.
func Clip(key []byte) string {
	const longest = 200
	if len(key) > longest {
		return strconv.Quote(string(key[:longest])) + "…"
	}
	return strconv.Quote(string(key))
}
