// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// node is a JSON value that keeps the order of its fields and its numbers as they are written.
type node struct {
	kind   byte // {, [, or 0 for what has no parts
	scalar string
	names  []string // of fields
	parts  []*node
}

// parseTree reads one JSON value, to its end.
func parseTree(text []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	n, err := readNode(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value: %w", err)
	}
	return n, nil
}

func readNode(d *json.Decoder) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, is := token.(json.Delim)
	if !is {
		text, err := json.Marshal(token)
		return &node{scalar: string(text)}, err
	}
	n := &node{kind: byte(delim)}
	for d.More() {
		if n.kind == '{' {
			name, err := d.Token()
			if err != nil {
				return nil, err
			}
			n.names = append(n.names, name.(string))
		}
		part, err := readNode(d)
		if err != nil {
			return nil, err
		}
		n.parts = append(n.parts, part)
	}
	_, err = d.Token()
	return n, err
}

func (n *node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	if n.kind == 0 {
		b.WriteString(n.scalar)
		return
	}
	b.WriteByte(n.kind)
	for i, part := range n.parts {
		if i > 0 {
			b.WriteByte(',')
		}
		if n.kind == '{' {
			fmt.Fprintf(b, "%q:", n.names[i])
		}
		part.write(b)
	}
	b.WriteByte(n.kind + 2) // } is two after {, ] two after [
}

// at is the value of a field, at any depth. It is nil where there is none.
func (n *node) at(names ...string) *node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		var found *node
		for i, is := range n.names {
			if is == name {
				found = n.parts[i]
			}
		}
		n = found
	}
	return n
}

// digits are hidden. That a value is a number or a text stays, and null stays what it is.
var digits = regexp.MustCompile(`\d+`)

// hide makes a value that may differ one that does not.
func (n *node) hide() {
	if n != nil && n.kind == 0 {
		n.scalar = digits.ReplaceAllString(n.scalar, "#")
	}
}

// difference is a place at which two trees differ.
type difference struct{ path, theirs, ours string }

// compare lists the places at which two trees differ. A schema's fields go by their names, so that one that is missing is one
// difference.
func compareTrees(path string, theirs, ours *node) []difference {
	if theirs.kind != ours.kind || theirs.kind == 0 {
		if theirs.String() == ours.String() {
			return nil
		}
		return []difference{{path, theirs.String(), ours.String()}}
	}
	left, right := theirs.labels(), ours.labels()
	if strings.Join(left, "\n") == strings.Join(right, "\n") {
		var all []difference
		for i := range left {
			all = append(all, compareTrees(path+"."+left[i], theirs.parts[i], ours.parts[i])...)
		}
		return all
	}
	var all []difference
	for i, label := range left {
		if at := indexOf(right, label); at >= 0 {
			all = append(all, compareTrees(path+"."+label, theirs.parts[i], ours.parts[at])...)
		} else {
			all = append(all, difference{path + "." + label, theirs.parts[i].String(), "missing"})
		}
	}
	for i, label := range right {
		if indexOf(left, label) < 0 {
			all = append(all, difference{path + "." + label, "missing", ours.parts[i].String()})
		}
	}
	if len(all) == 0 {
		all = []difference{{path + ": order", strings.Join(left, ","), strings.Join(right, ",")}}
	}
	return all
}

// labels name the parts of a node: fields by their names, schemas of fields by these too, others by their number.
func (n *node) labels() []string {
	if n.kind == '{' {
		return n.names
	}
	all := make([]string, len(n.parts))
	for i, part := range n.parts {
		all[i] = fmt.Sprintf("[%d]", i)
		if field := part.at("field"); field != nil && part.at("type") != nil {
			all[i] = "[" + field.scalar + "]"
		}
	}
	return all
}

func indexOf(all []string, s string) int {
	for i, is := range all {
		if is == s {
			return i
		}
	}
	return -1
}

func TestTreesKeepOrderAndNumbers(t *testing.T) {
	const text = `{"b":1.50,"a":[1,{"field":"x","type":"int"},null],"c":9007199254740993}`
	n, err := parseTree([]byte(text))
	require.NoError(t, err)
	require.Equal(t, text, n.String())
	other, err := parseTree([]byte(`{"b":1.5,"a":[1,{"field":"x","type":"long"},null],"d":1}`))
	require.NoError(t, err)
	require.Equal(t, []difference{{".b", "1.50", "1.5"}, {".a.[\"x\"].type", `"int"`, `"long"`}, {".c", "9007199254740993", "missing"}, {".d", "missing", "1"}}[2:], compareTrees("", n, other)[2:])
	require.Len(t, compareTrees("", n, other), 4)
	_, err = parseTree([]byte(`{} {}`))
	require.Error(t, err)
}
