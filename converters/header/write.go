// SPDX-License-Identifier: Apache-2.0

package header

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/javatext"
)

// writer appends the text of values; dates are printed in its time zone.
type writer struct {
	out  []byte
	zone *time.Location
}

var escaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// append writes a value. Text and bytes inside of others are quoted.
func (w *writer) append(v any, embedded bool) error {
	switch v := v.(type) {
	case string:
		if embedded {
			v = `"` + escaper.Replace(v) + `"`
		}
		w.out = append(w.out, v...)
	case []byte:
		text := base64.StdEncoding.EncodeToString(v)
		if embedded {
			text = `"` + text + `"`
		}
		w.out = append(w.out, text...)
	case []any:
		return w.appendList(v)
	case *connect.Map:
		return w.appendMap(v)
	case *connect.Struct:
		return w.appendStruct(v)
	case time.Time:
		w.out = javatext.AppendISO(w.out, v, w.zone)
	case nil, bool, int8, int16, int32, int64, float32, float64, connect.Decimal:
		w.out = javatext.Append(w.out, v)
	default:
		return &connect.DataError{Reason: "Failed to serialize unexpected value type " + javatext.ClassName(v) + ": " + javatext.String(v)}
	}
	return nil
}

func (w *writer) appendList(list []any) error {
	w.out = append(w.out, '[')
	for i, e := range list {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		if err := w.append(e, true); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

func (w *writer) appendMap(m *connect.Map) error {
	w.out = append(w.out, '{')
	first := true
	for k, v := range m.All() {
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		if err := w.appendEntry(k, v); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

// appendStruct writes the default of a field that has no value.
func (w *writer) appendStruct(s *connect.Struct) error {
	w.out = append(w.out, '{')
	for i, f := range s.Schema().Fields() {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		v := s.At(i)
		if v == nil {
			v = f.Schema.Default()
		}
		if err := w.appendEntry(f.Name, v); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) appendEntry(k, v any) error {
	if err := w.append(k, true); err != nil {
		return err
	}
	w.out = append(w.out, ':')
	return w.append(v, true)
}
