// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/sr"

	"github.com/longshore-io/connect"
)

// Compatible says why a schema that the registry names cannot read what would be written with another one; nil where it can.
type Compatible func(reader, writer *Schema) error

// ForWriting returns what to write with: the schema itself with its number, which is registered or looked up as the
// configuration says, or another schema that the configuration prefers (use.schema.id, use.latest.version,
// use.latest.with.metadata), which compatible then has to accept where that is asked for. The same pointer costs one look
// into a cache.
func (r *Registry) ForWriting(ctx context.Context, topic string, s *Schema, compatible Compatible) (*Entry, error) {
	key := topicSchema{topic, s}
	if e, ok := r.written.Get(key); ok && !r.followsLatest() {
		return e, nil
	}
	subject, err := r.subject(topic, s)
	if err != nil {
		return nil, err
	}
	e, err := r.place(ctx, subject, s, compatible)
	if err != nil {
		return nil, err
	}
	r.written.Put(key, e)
	return e, nil
}

// followsLatest says whether what is written with may change while the schema stays.
func (r *Registry) followsLatest() bool {
	return !r.settings.autoRegister && r.settings.useID < 0 && (r.settings.useLatest || r.settings.metadata != nil) && r.settings.latestTTL >= 0
}

func (r *Registry) place(ctx context.Context, subject string, s *Schema, compatible Compatible) (*Entry, error) {
	switch {
	case r.settings.autoRegister:
		return r.once(subject, s, func() (*Entry, error) { return r.register(ctx, subject, s) })
	case r.settings.useID >= 0:
		return r.once(subject, s, func() (*Entry, error) { return r.pinned(ctx, subject, s, compatible) })
	case r.settings.metadata != nil:
		return r.withMetadata(ctx, subject)
	case r.settings.useLatest:
		return r.latestFor(ctx, subject, s, compatible)
	}
	return r.once(subject, s, func() (*Entry, error) { return r.lookup(ctx, subject, s) })
}

// once keeps what ask answered for a schema of this content. An error is not kept.
func (r *Registry) once(subject string, s *Schema, ask func() (*Entry, error)) (*Entry, error) {
	key := place{subject, s.Text}
	known, _ := r.placed.Get(key)
	for _, e := range known {
		if e.Schema.Equal(s) {
			return e, nil
		}
	}
	e, err := ask()
	if err == nil && e.Schema.Equal(s) {
		r.placed.Put(key, append(known, e))
	}
	return e, err
}

func (r *Registry) register(ctx context.Context, subject string, s *Schema) (*Entry, error) {
	e := &Entry{Subject: subject, Schema: s}
	err := r.client.do(ctx, r.withNormalize, func(ctx context.Context, c *sr.Client) (err error) {
		e.ID, err = c.RegisterSchema(ctx, subject, r.format.wire(s), -1, -1)
		return err
	})
	if err != nil {
		return nil, classed(r.doing("registering", s), err)
	}
	return e, nil
}

func (r *Registry) lookup(ctx context.Context, subject string, s *Schema) (*Entry, error) {
	found, err := r.find(ctx, subject, s)
	if err != nil {
		return nil, classed(r.doing("retrieving", s), err)
	}
	return &Entry{ID: found.ID, Version: found.Version, Subject: subject, Schema: s}, nil
}

func (r *Registry) find(ctx context.Context, subject string, s *Schema, params ...sr.Param) (found sr.SubjectSchema, err error) {
	err = r.client.do(ctx, func() []sr.Param { return append(params, r.withNormalize()...) }, func(ctx context.Context, c *sr.Client) (err error) {
		found, err = c.LookupSchema(ctx, subject, r.format.wire(s))
		return err
	})
	return found, err
}

func (r *Registry) withNormalize() []sr.Param {
	if r.settings.normalize {
		return []sr.Param{sr.Normalize}
	}
	return nil
}

// doing is the beginning of Confluent's messages about the schema that is written.
func (r *Registry) doing(what string, s *Schema) string {
	return fmt.Sprintf("Error %s %s schema%s", what, r.format.Name, s.Text)
}

func (r *Registry) pinned(ctx context.Context, subject string, s *Schema, compatible Compatible) (*Entry, error) {
	id := r.settings.useID
	schema, err := r.byID(ctx, subject, id)
	if err != nil {
		return nil, classed("Error retrieving schema ID"+s.Text, err)
	}
	if r.settings.idStrict {
		if err := compatible(schema, s); err != nil {
			return nil, r.incompatible(schema, s, idStrictKey, err)
		}
	}
	return &Entry{ID: id, Subject: subject, Schema: schema}, nil
}

func (r *Registry) incompatible(reader, writer *Schema, key string, err error) error {
	return &connect.DataError{Reason: fmt.Sprintf("Incompatible schema '%s' with refs '%v' of type '%s' for schema '%s'. Set %s=false to disable this check",
		reader.Text, reader.References, r.format.Type, writer.Text, key), Err: err}
}

// latest is an entry that was the latest once.
type latest struct {
	entry *Entry
	until time.Time
	// fits holds the schemas that were found compatible with it.
	fits map[*Schema]bool
}

func (r *Registry) latestFor(ctx context.Context, subject string, s *Schema, compatible Compatible) (*Entry, error) {
	l, err := r.latestOf(ctx, subject)
	if err != nil {
		return nil, classed("Error retrieving latest version of "+r.format.Name+" schema"+s.Text, err)
	}
	if r.settings.latestStrict && !l.fits[s] {
		if err := compatible(l.entry.Schema, s); err != nil {
			return nil, r.incompatible(l.entry.Schema, s, latestStrictKey, err)
		}
		if len(l.fits) < r.settings.cacheSize {
			l.fits[s] = true
		}
	}
	return l.entry, nil
}

func (r *Registry) withMetadata(ctx context.Context, subject string) (*Entry, error) {
	l, err := r.latestOf(ctx, subject)
	if err != nil {
		return nil, classed(fmt.Sprintf("Error retrieving latest with metadata '%s'", r.settings.metadata.Encode()), err)
	}
	return l.entry, nil
}

// latestOf is the latest version of a subject, with the metadata where that is configured.
func (r *Registry) latestOf(ctx context.Context, subject string) (latest, error) {
	if l, ok := r.latest.Get(subject); ok && (r.settings.latestTTL < 0 || r.now().Before(l.until)) {
		return l, nil
	}
	var found sr.SubjectSchema
	err := r.client.do(ctx, r.metadata, func(ctx context.Context, c *sr.Client) (err error) {
		if r.settings.metadata == nil {
			found, err = c.SchemaByVersion(ctx, subject, -1)
			return err
		}
		return c.Do(ctx, "GET", "/subjects/"+escape(subject)+"/metadata", nil, &found)
	})
	if err != nil {
		return latest{}, err
	}
	entry := &Entry{ID: found.ID, Version: found.Version, Subject: subject, Schema: fromWire(found.Schema)}
	l := latest{entry, r.now().Add(r.settings.latestTTL), map[*Schema]bool{}}
	r.latest.Put(subject, l)
	return l, nil
}

func (r *Registry) metadata() []sr.Param {
	if r.settings.metadata == nil {
		return nil
	}
	return []sr.Param{sr.RawParams(r.settings.metadata)}
}
