// SPDX-License-Identifier: Apache-2.0

package rest

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	connect "github.com/longshore-io/connect"
)

// offsetsView is the body with which offsets are shown, and altered.
type offsetsView struct {
	Offsets []connect.PartitionOffset `json:"offsets"`
}

// messageView is the body of an answer that is a sentence.
type messageView struct {
	Message string `json:"message"`
}

func getOffsets(ctx context.Context, herder Herder, r request) (reply, error) {
	offsets, err := herder.ConnectorOffsets(ctx, r.connector())
	views := make([]connect.PartitionOffset, len(offsets))
	for i, o := range offsets {
		views[i] = connect.PartitionOffset{Partition: viewFields(o.Partition), Offset: viewFields(o.Offset)}
	}
	return ok(offsetsView{views}), err
}

func alterOffsets(ctx context.Context, herder Herder, r request) (reply, error) {
	offsets, err := decodeOffsets(r.body)
	if err != nil {
		return reply{}, err
	}
	message, err := herder.AlterConnectorOffsets(ctx, r.connector(), offsets)
	return ok(messageView{message}), err
}

func resetOffsets(ctx context.Context, herder Herder, r request) (reply, error) {
	message, err := herder.ResetConnectorOffsets(ctx, r.connector())
	return ok(messageView{message}), err
}

// viewFields keeps the kind of numbers: to a connector 1.0 and 1 are different, and a user may send back what is shown.
func viewFields(fields map[string]any) map[string]any {
	if fields == nil {
		return nil
	}
	view := make(map[string]any, len(fields))
	for name, value := range fields {
		if f, is := value.(float64); is {
			value = viewFloat(f)
		}
		view[name] = value
	}
	return view
}

// viewFloat prints a float with a point or an exponent. What JSON has no number for is a text, as Jackson has it.
func viewFloat(f float64) any {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 0):
		return strings.TrimPrefix(strings.Replace(text, "Inf", "Infinity", 1), "+")
	case !strings.ContainsAny(text, ".e"):
		text += ".0"
	}
	return json.RawMessage(text)
}

// decodeOffsets reads {"offsets": [{"partition": {…}, "offset": {…}}, …]}, in which each of the two may be null or missing.
// Integers stay exact: positions beyond 2^53 are common. Of a partition that comes twice the last offset counts.
func decodeOffsets(body []byte) ([]connect.PartitionOffset, error) {
	doc, err := parseWhole(body)
	if err != nil {
		return nil, err
	}
	var offsets []connect.PartitionOffset
	err = doc.fields("The request body", func(name string, value node) (err error) {
		if name != "offsets" {
			return value.errorf(`Unrecognized field %q: offsets are altered with the one field "offsets"`, name)
		}
		offsets, err = value.readOffsets()
		return err
	})
	if err == nil && len(offsets) == 0 {
		err = badRequest("Partitions / offsets need to be provided for an alter offsets request")
	}
	return lastOfEach(offsets), err
}

func lastOfEach(offsets []connect.PartitionOffset) []connect.PartitionOffset {
	at := make(map[string]int, len(offsets))
	var kept []connect.PartitionOffset
	for _, o := range offsets {
		key := connect.MustPartition(o.Partition).Key()
		if i, twice := at[key]; twice {
			kept[i] = o
			continue
		}
		at[key] = len(kept)
		kept = append(kept, o)
	}
	return kept
}

func (n node) readOffsets() (offsets []connect.PartitionOffset, err error) {
	if n.kind() == "null" {
		return nil, nil
	}
	err = n.elements(`The field "offsets"`, func(element node) error {
		offset, err := element.readOffset()
		offsets = append(offsets, offset)
		return err
	})
	return offsets, err
}

func (n node) readOffset() (offset connect.PartitionOffset, err error) {
	err = n.fields(`An element of "offsets"`, func(name string, value node) (err error) {
		switch name {
		case "partition":
			offset.Partition, err = value.primitives(`The field "partition"`)
		case "offset":
			offset.Offset, err = value.primitives(`The field "offset"`)
		default:
			err = value.errorf(`Unrecognized field %q: an element of "offsets" has a "partition" and an "offset"`, name)
		}
		return err
	})
	return offset, err
}

// primitives reads an object without objects and arrays in it; null is nil.
func (n node) primitives(what string) (map[string]any, error) {
	if n.kind() == "null" {
		return nil, nil
	}
	values := map[string]any{}
	err := n.fields(what, func(name string, value node) (err error) {
		values[name], err = value.primitive(name)
		return err
	})
	return values, err
}

func (n node) primitive(name string) (value any, err error) {
	switch n.kind() {
	case "object":
		return nil, n.errorf("Offsets may only contain primitive types as values, but field %s contains MAP", name)
	case "array":
		return nil, n.errorf("Offsets may only contain primitive types as values, but field %s contains ARRAY", name)
	case "number":
		return n.number(name)
	}
	_ = json.Unmarshal(n.value, &value) // the text was parsed before
	return value, nil
}

func (n node) number(name string) (value any, err error) {
	text := string(n.value)
	if strings.ContainsAny(text, ".eE") {
		value, err = strconv.ParseFloat(text, 64)
	} else {
		value, err = strconv.ParseInt(text, 10, 64)
	}
	if err != nil {
		return nil, n.errorf("The number %s of the field %q does not fit 64 bits", text, name)
	}
	return value, nil
}
