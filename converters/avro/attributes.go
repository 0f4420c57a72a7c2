// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"fmt"
	"strings"

	"github.com/longshore-io/connect"
)

// attributes adds documentation, version, parameters and name.
func (r *schemaReader) attributes(s *connect.Schema, n *node, at place) (*connect.Schema, error) {
	s = r.docs(s, n, at)
	s, err := withVersion(s, n, at)
	if err != nil {
		return nil, err
	}
	if s, err = r.parameters(s, n, at); err != nil {
		return nil, err
	}
	if s, err = withName(s, n); err != nil {
		return nil, err
	}
	return s.WithOptional(at.optional), nil
}

func (r *schemaReader) docs(s *connect.Schema, n *node, at place) *connect.Schema {
	if !r.discard {
		if n.kind == kindRecord && r.meta {
			s = withDocs(s, n)
		}
		if r.meta {
			s = s.WithDoc(n.prop(docProp))
		}
		return s
	}
	switch {
	case at.doc != nil:
		s = s.WithDoc(*at.doc)
	case n.doc != nil:
		s = s.WithDoc(*n.doc)
	default:
		s = s.WithDoc(n.prop(docProp))
	}
	if r.meta && n.doc != nil {
		s = s.WithParameter(recordDocOld, *n.doc)
	}
	return s
}

// withDocs keeps the documentation of a record and its fields as parameters.
func withDocs(s *connect.Schema, n *node) *connect.Schema {
	if n.doc != nil {
		s = s.WithParameter(recordDocParam, *n.doc)
	}
	for i := range n.fields {
		if doc := n.fields[i].doc; doc != nil {
			s = s.WithParameter(fieldDocParam+n.fields[i].name, *doc)
		}
	}
	return s
}

// withVersion takes connect.version, or the registry's version for a schema that has none of its own.
func withVersion(s *connect.Schema, n *node, at place) (*connect.Schema, error) {
	has, own := s.Version()
	v, there := n.props.values[versionProp]
	if !there {
		if at.version > 0 && !own {
			s = s.WithVersion(at.version)
		}
		return s, nil
	}
	version, ok := toInt(v)
	if !ok {
		return nil, &connect.DataError{Reason: "Invalid Connect version found: " + plainText(v)}
	}
	switch {
	case version < 0 || own && has == version:
		return s, nil
	case own:
		return nil, &connect.DataError{Reason: fmt.Sprintf("Mismatched versions: version already added to SchemaBuilder (%d) differs from "+
			"version in source schema (%d)", has, version)}
	}
	return s.WithVersion(version), nil
}

func (r *schemaReader) parameters(s *connect.Schema, n *node, at place) (*connect.Schema, error) {
	if v, there := n.props.values[parametersProp]; there && r.meta {
		params, ok := v.(*object)
		if !ok {
			return nil, &connect.DataError{Reason: "Expected JSON object for schema parameters but found: " + plainText(v)}
		}
		for _, name := range params.names {
			text, ok := params.values[name].(string)
			if !ok {
				return nil, &connect.DataError{Reason: "Expected schema parameter values to be strings but found: " + plainText(params.values[name])}
			}
			s = s.WithParameter(name, text)
		}
	}
	for _, name := range n.props.names {
		if strings.HasPrefix(name, avroParamStart) {
			s = s.WithParameter(name, plainText(n.props.values[name]))
		}
	}
	if _, own := n.props.values[defaultProp]; !own && !r.discard && r.meta && (fieldDefault(n, at) != nil || at.nullDefault()) {
		s = s.WithParameter(fieldDefParam, "true")
	}
	return s, nil
}

// withName takes connect.name, or the name of a named type; not one that was made up for a struct without a name.
func withName(s *connect.Schema, n *node) (*connect.Schema, error) {
	name := ""
	if v, there := n.props.values[nameProp]; there {
		text, ok := v.(string)
		if !ok {
			return nil, &connect.DataError{Reason: "Invalid schema name: " + plainText(v)}
		}
		name = text
	} else if n.kind == kindRecord || n.kind == kindEnum || n.kind == kindFixed && s.Name() != connect.DecimalName {
		name = n.name
	}
	switch {
	case name == "" || strings.HasPrefix(name, defaultName) || name == s.Name():
		return s, nil
	case s.Name() != "":
		return nil, &connect.DataError{Reason: fmt.Sprintf("Mismatched names: name already added to SchemaBuilder (%s) differs from name in "+
			"source schema (%s)", s.Name(), name)}
	}
	return s.WithName(name), nil
}
