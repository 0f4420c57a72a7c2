// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"fmt"
	"math"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/internal/javaprint"
)

// def writes the default value. Numbers go through the libraries of Confluent's converter, which drop zeros at the end.
func (w *schemaText) def(s *connect.Schema) error {
	if f, ok := s.Default().(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return errNonFinite
	}
	if f, ok := s.Default().(float32); ok && f-f != 0 {
		return errNonFinite
	}
	payload := writer{opts: w.opts}
	if _, err := payload.value(s.WithOptional(false), s.Default()); err != nil {
		return err
	}
	n, err := parse(payload.out)
	if err != nil {
		return fmt.Errorf("read the default value again: %w", err)
	}
	w.name("default")
	w.out = appendDefault(w.out, n)
	return nil
}

var errNonFinite = &connect.DataError{Reason: "JSON does not allow non-finite numbers."}

func appendDefault(dst []byte, n *node) []byte {
	switch n.kind {
	case kindInt, kindFloat:
		return append(dst, javaNumber(n.text)...)
	case kindString:
		return appendText(dst, n.text)
	case kindArray:
		dst = append(dst, '[')
		for i, item := range n.items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendDefault(dst, item)
		}
		return append(dst, ']')
	case kindObject:
		return appendDefaultObject(dst, n)
	}
	return append(dst, words[n.kind]...)
}

func appendDefaultObject(dst []byte, n *node) []byte {
	names := append([]string(nil), n.names...)
	javaprint.SortAsHashMap(names)
	dst = append(dst, '{')
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendText(dst, name), ':')
		dst = appendDefault(dst, n.get(name))
	}
	return append(dst, '}')
}

// javaNumber drops zeros after the point, then prints what is left as a BigDecimal.
func javaNumber(text string) string {
	if strings.Contains(text, ".") && !strings.ContainsAny(text, "eE") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	if !strings.ContainsAny(text, ".eE") {
		return text
	}
	d, err := connect.ParseDecimal(text)
	if err != nil {
		return text
	}
	return d.String()
}
