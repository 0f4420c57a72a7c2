// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"errors"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/converters/internal/recent"
)

// Registry is the schema registry as one converter sees it. It is not safe for concurrent use, as converters are not.
type Registry struct {
	format   Format
	isKey    bool
	settings settings
	client   *client
	now      func() time.Time

	// written finds the entry of a schema that was written to a topic, by identity: the way of nearly every record.
	written *recent.Cache[topicSchema, *Entry]
	// placed finds it by the schema's content, for schemas that are equal and not the same.
	placed  *recent.Cache[place, []*Entry]
	read    *recent.Cache[topicID, *Entry]
	version *recent.Cache[topicID, int]
	latest  *recent.Cache[string, latest]
	// texts finds schemas that others refer to.
	texts *recent.Cache[Reference, *Schema]
}

type (
	topicSchema struct {
		topic  string
		schema *Schema
	}
	topicID struct {
		topic string
		id    int
	}
	place struct{ subject, text string }
)

// Open takes the configuration of a converter: values as ConfigDef parsed them, and the properties themselves for what is
// defined elsewhere (schema.registry.ssl.*, sasl.jaas.config, request.header.*). No request is made yet.
func Open(format Format, values connect.ConfigValues, props map[string]string, isKey bool) (*Registry, error) {
	s, err := readSettings(values, isKey)
	if err != nil {
		return nil, err
	}
	c, err := newClient(&s, values, props)
	if err != nil {
		return nil, err
	}
	return &Registry{
		format: format, isKey: isKey, settings: s, client: c, now: time.Now,
		written: recent.New[topicSchema, *Entry](s.cacheSize),
		placed:  recent.New[place, []*Entry](s.cacheSize),
		read:    recent.New[topicID, *Entry](s.cacheSize),
		version: recent.New[topicID, int](s.cacheSize),
		latest:  recent.New[string, latest](s.latestSize),
		texts:   recent.New[Reference, *Schema](s.cacheSize),
	}, nil
}

// Parse reads the keys of a definition that includes those of ConfigDef and opens the registry that they name. The values are
// for the converter's own keys.
func Parse(format Format, def connect.ConfigDef, props map[string]string, isKey bool) (*Registry, connect.ConfigValues, error) {
	values, errs := def.Parse(props)
	if len(errs) > 0 {
		return nil, nil, errors.Join(errs...)
	}
	r, err := Open(format, values, props, isKey)
	return r, values, err
}

// Close gives back the idle connections to the registry.
func (r *Registry) Close() { r.client.http.CloseIdleConnections() }
