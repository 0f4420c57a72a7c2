// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"strconv"

	"github.com/longshore-io/connect/internal/javaprint"
)

// text prints a schema as Java's Schema.toString does: registries tell schemas apart by it.
func (n *node) text() string {
	p := printer{known: map[string]*node{}}
	p.node(n, "")
	return string(p.out)
}

// shape prints only what decides how values are written.
func (n *node) shape() string {
	p := printer{known: map[string]*node{}, bare: true}
	p.node(n, "")
	return string(p.out)
}

type printer struct {
	out   []byte
	known map[string]*node
	// bare leaves out documentation, defaults and properties.
	bare bool
}

func (p *printer) raw(s string) { p.out = append(p.out, s...) }

func (p *printer) quoted(s string) { p.out = javaprint.AppendJSONString(p.out, s) }

// node prints a schema inside a namespace.
func (p *printer) node(n *node, in string) {
	switch {
	case n.kind == kindUnion:
		p.union(n, in)
		return
	case n.kind.named():
		if p.isKnown(n) {
			p.reference(n.name, in)
			return
		}
		p.known[n.name] = n
	case n.items == nil && (p.bare || len(n.props.names) == 0):
		p.quoted(n.kind.String())
		return
	}
	p.raw(`{"type":"`)
	p.raw(n.kind.String())
	p.raw(`"`)
	p.body(n, in)
	if !p.bare {
		p.props(n)
	}
	p.raw("}")
}

func (p *printer) props(n *node) {
	for _, name := range n.props.names {
		p.raw(",")
		p.quoted(name)
		p.raw(":")
		p.out = appendJSON(p.out, n.props.values[name])
	}
}

// isKnown says whether a type was printed before, so that its name will do. Java looks at the name alone: another type of the
// same name would then be read as the first one. Here it is printed again, and the registry says that it cannot be.
func (p *printer) isKnown(n *node) bool {
	known := p.known[n.name]
	return known == n || known != nil && (p.bare || known.shape() == n.shape())
}

func (p *printer) union(n *node, in string) {
	p.raw("[")
	for i, b := range n.branches {
		if i > 0 {
			p.raw(",")
		}
		p.node(b, in)
	}
	p.raw("]")
}

// reference prints the name of a type that was printed before, short in its own namespace.
func (p *printer) reference(name, in string) {
	if space(name) == in {
		name = short(name)
	}
	p.quoted(name)
}

// body prints what Avro defines for the kind.
func (p *printer) body(n *node, in string) {
	switch n.kind {
	case kindArray:
		p.raw(`,"items":`)
		p.node(n.items, in)
	case kindMap:
		p.raw(`,"values":`)
		p.node(n.items, in)
	case kindRecord:
		p.head(n, in)
		p.fields(n)
	case kindEnum:
		p.head(n, in)
		p.raw(`,"symbols":`)
		p.list(n.symbols)
		p.optional("default", n.symbol)
	case kindFixed:
		p.head(n, in)
		p.raw(`,"size":`)
		p.out = strconv.AppendInt(p.out, int64(n.size), 10)
	}
}

func (p *printer) head(n *node, in string) {
	p.raw(`,"name":`)
	p.quoted(short(n.name))
	if own := space(n.name); own != in {
		p.raw(`,"namespace":`)
		p.quoted(own)
	}
	p.optional("doc", n.doc)
}

func (p *printer) optional(name string, text *string) {
	if text != nil && !p.bare {
		p.raw(`,"` + name + `":`)
		p.quoted(*text)
	}
}

func (p *printer) list(texts []string) {
	p.raw("[")
	for i, s := range texts {
		if i > 0 {
			p.raw(",")
		}
		p.quoted(s)
	}
	p.raw("]")
}

func (p *printer) fields(n *node) {
	p.raw(`,"fields":[`)
	for i := range n.fields {
		f := &n.fields[i]
		if i > 0 {
			p.raw(",")
		}
		p.raw(`{"name":`)
		p.quoted(f.name)
		p.raw(`,"type":`)
		p.node(f.node, space(n.name))
		p.optional("doc", f.doc)
		if f.hasDefault && !p.bare {
			p.raw(`,"default":`)
			p.out = appendJSON(p.out, f.def)
		}
		p.raw("}")
	}
	p.raw("]")
}
