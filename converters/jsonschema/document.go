// SPDX-License-Identifier: Apache-2.0

package jsonschema

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/registry"
	"github.com/longshore-io/connect/internal/javaprint"
)

// documents is the text of a JSON Schema with those that it refers to, by name.
type documents struct {
	main   *document
	others []*document
	// read holds the elements that were made of nodes, so that references that come back to one end.
	read map[*node]*element
	// patterns are the compiled regular expressions of the texts, nil for one that Go does not know.
	patterns map[string]*regexp.Regexp
}

// pattern returns nil for an expression that Go does not know.
func (d *documents) pattern(text string) *regexp.Regexp {
	re, known := d.patterns[text]
	if !known {
		re, _ = regexp.Compile(text) // nil with the error
		d.patterns[text] = re
	}
	return re
}

// document is one text.
type document struct {
	name string
	root *node
	// ids are the nodes by their $id.
	ids map[string]*node
}

func readDocuments(text string, references []registry.Referenced) (*documents, error) {
	d := &documents{read: map[*node]*element{}, patterns: map[string]*regexp.Regexp{}}
	var err error
	if d.main, err = readDocument("", text); err != nil {
		return nil, err
	}
	for _, r := range references {
		other, err := readDocument(r.Name, r.Schema.Text)
		if err != nil {
			return nil, err
		}
		d.others = append(d.others, other)
	}
	return d, nil
}

func readDocument(name, text string) (*document, error) {
	root, err := parse([]byte(text))
	if err != nil {
		return nil, &connect.DataError{Reason: "Invalid JSON Schema " + name, Err: err}
	}
	d := &document{name: name, root: root, ids: map[string]*node{}}
	d.collect(root)
	return d, nil
}

func (d *document) collect(n *node) {
	for _, word := range [...]string{"$id", "id", "$anchor"} {
		id := n.get(word)
		if id == nil || id.kind != kindString {
			continue
		}
		d.ids[strings.TrimSuffix(id.text, "#")] = n
		if word == "$anchor" {
			d.ids["#"+id.text] = n
		}
	}
	for _, item := range n.items {
		d.collect(item)
	}
}

// find returns the node that a reference names, seen from a document, and the document it is in. Nothing is fetched.
func (d *documents) find(from *document, ref string) (*document, *node, error) {
	path, fragment, _ := strings.Cut(ref, "#")
	in := d.named(from, path)
	if n := from.ids[ref]; n != nil && fragment == "" {
		return from, n, nil
	}
	if in == nil {
		return nil, nil, &connect.DataError{Reason: fmt.Sprintf("the JSON Schema refers to %q, which is neither in it nor among its references", ref)}
	}
	if n := in.ids["#"+fragment]; n != nil && fragment != "" {
		return in, n, nil
	}
	n, err := in.pointer(fragment)
	if err != nil {
		return nil, nil, &connect.DataError{Reason: fmt.Sprintf("the JSON Schema refers to %q", ref), Err: err}
	}
	return in, n, nil
}

// named finds a document by what stands before # in a reference: nothing, its own id, or the name of a reference, either
// of which may be relative to the id of the document that refers.
func (d *documents) named(from *document, path string) *document {
	if path == "" {
		return from
	}
	absolute := resolve(from, path)
	for _, doc := range append([]*document{d.main}, d.others...) {
		if doc.name == path || doc.name != "" && resolve(from, doc.name) == absolute {
			return doc
		}
		if id := doc.id(); id != "" && (id == path || id == absolute) {
			return doc
		}
	}
	return nil
}

func (d *document) id() string {
	for _, word := range [...]string{"$id", "id"} {
		if id := d.root.get(word); id != nil && id.kind == kindString {
			return strings.TrimSuffix(id.text, "#")
		}
	}
	return ""
}

func resolve(from *document, path string) string {
	base, err := url.Parse(from.id())
	if err != nil {
		return path
	}
	u, err := base.Parse(path)
	if err != nil {
		return path
	}
	return u.String()
}

// pointer follows a JSON pointer from the root.
func (d *document) pointer(fragment string) (*node, error) {
	n := d.root
	if fragment == "" {
		return n, nil
	}
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	for _, step := range strings.Split(strings.TrimPrefix(fragment, "/"), "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		next := n.get(step)
		if i, err := strconv.Atoi(step); next == nil && err == nil && n.kind == kindArray && i >= 0 && i < len(n.items) {
			next = n.items[i]
		}
		if next == nil {
			return nil, fmt.Errorf("there is no %q", step)
		}
		n = next
	}
	return n, nil
}

// sortedProperties are the names of an object in the order in which Java has them.
func sortedProperties(n *node) []string {
	names := append([]string(nil), n.names...)
	javaprint.SortAsHashMap(names)
	return names
}
