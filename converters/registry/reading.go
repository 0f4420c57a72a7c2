// SPDX-License-Identifier: Apache-2.0

package registry

import (
	"context"
	"fmt"
	"net/url"

	"github.com/twmb/franz-go/pkg/sr"

	"github.com/longshore-io/connect"
)

// ForReading returns the schema of a number that stood in front of a message of a topic. Its Version is not known yet.
func (r *Registry) ForReading(ctx context.Context, topic string, id int) (*Entry, error) {
	key := topicID{topic, id}
	if e, ok := r.read.Get(key); ok {
		return e, nil
	}
	subject := ""
	if !r.usesSchema() {
		subject, _ = r.subject(topic, nil)
	}
	s, err := r.byID(ctx, subject, id)
	if err != nil {
		return nil, classed(fmt.Sprintf("Error retrieving %s %s schema for id %d", r.format.Name, r.use(), id), err)
	}
	if subject == "" {
		if subject, err = r.subject(topic, s); err != nil {
			return nil, err
		}
	}
	e := &Entry{ID: id, Subject: subject, Schema: s}
	r.read.Put(key, e)
	return e, nil
}

// VersionOf returns the version that a schema read from a topic has in its subject; deleted versions count.
func (r *Registry) VersionOf(ctx context.Context, topic string, e *Entry) (int, error) {
	key := topicID{topic, e.ID}
	if v, ok := r.version.Get(key); ok {
		return v, nil
	}
	found, err := r.find(ctx, e.Subject, e.Schema, sr.ShowDeleted)
	if err != nil {
		return 0, classed(fmt.Sprintf("Error retrieving %s %s schema version for id %d", r.format.Name, r.use(), e.ID), err)
	}
	r.version.Put(key, found.Version)
	return found.Version, nil
}

// Reader returns the schema to read a message as, where the configuration wants the latest version or that with some
// metadata; nil where messages are read as they were written.
func (r *Registry) Reader(ctx context.Context, writer *Entry) (*Entry, error) {
	if !r.settings.useLatest && r.settings.metadata == nil {
		return nil, nil
	}
	l, err := r.latestOf(ctx, writer.Subject)
	if err != nil {
		return nil, classed(fmt.Sprintf("Error retrieving latest version of %s schema of subject %s", r.format.Name, writer.Subject), err)
	}
	return l.entry, nil
}

func (r *Registry) byID(ctx context.Context, subject string, id int) (*Schema, error) {
	var found sr.Schema
	params := func() []sr.Param {
		p := url.Values{"fetchMaxId": {"false"}}
		if subject != "" {
			p.Set("subject", subject)
		}
		return []sr.Param{sr.RawParams(p)}
	}
	err := r.client.do(ctx, params, func(ctx context.Context, c *sr.Client) (err error) {
		found, err = c.SchemaByID(ctx, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	if got := typeName(found.Type); got != r.format.Type {
		return nil, &connect.DataError{Reason: fmt.Sprintf("schema %d is of type %s, and this converter reads %s", id, got, r.format.Type)}
	}
	return fromWire(found), nil
}

func typeName(t sr.SchemaType) string {
	text, err := t.MarshalText()
	if err != nil {
		return "?"
	}
	return string(text)
}

// Referenced is a schema that another one uses, under the name by which that one knows it.
type Referenced struct {
	Reference
	Schema *Schema
}

// maxReferences bounds how many schemas one may pull in; the registry holds no cycles, but what it answers is not ours.
const maxReferences = 1000

// References returns the schemas that one uses, directly or through others, each once, those that are used before those that
// use them.
func (r *Registry) References(ctx context.Context, s *Schema) ([]Referenced, error) {
	w := &walk{registry: r, seen: map[Reference]bool{}}
	if err := w.into(ctx, s); err != nil {
		return nil, err
	}
	return w.found, nil
}

type walk struct {
	registry *Registry
	seen     map[Reference]bool
	found    []Referenced
}

func (w *walk) into(ctx context.Context, s *Schema) error {
	for _, ref := range s.References {
		if w.seen[ref] {
			continue
		}
		if len(w.seen) >= maxReferences {
			return &connect.DataError{Reason: fmt.Sprintf("the schema uses more than %d others", maxReferences)}
		}
		w.seen[ref] = true
		used, err := w.registry.referenced(ctx, ref)
		if err != nil {
			return err
		}
		if err := w.into(ctx, used); err != nil {
			return err
		}
		w.found = append(w.found, Referenced{ref, used})
	}
	return nil
}

func (r *Registry) referenced(ctx context.Context, ref Reference) (*Schema, error) {
	if s, ok := r.texts.Get(ref); ok {
		return s, nil
	}
	var found sr.SubjectSchema
	err := r.client.do(ctx, deleted, func(ctx context.Context, c *sr.Client) (err error) {
		found, err = c.SchemaByVersion(ctx, ref.Subject, ref.Version)
		return err
	})
	if err != nil {
		return nil, classed(fmt.Sprintf("Error retrieving version %d of subject %s, to which %q refers", ref.Version, ref.Subject, ref.Name), err)
	}
	s := fromWire(found.Schema)
	r.texts.Put(ref, s)
	return s, nil
}

// deleted asks for versions that were deleted, too: schemas that use them still do.
func deleted() []sr.Param { return []sr.Param{sr.ShowDeleted} }

func escape(subject string) string { return url.PathEscape(subject) }
