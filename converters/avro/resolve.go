// SPDX-License-Identifier: Apache-2.0

package avro

import (
	"context"
	"fmt"

	"github.com/twmb/avro"

	"github.com/longshore-io/connect/converters/registry"
)

// library reads a schema of the registry with the library that knows how schemas resolve.
func library(ctx context.Context, r *registry.Registry, s *registry.Schema) (*avro.Schema, error) {
	used, err := r.References(ctx, s)
	if err != nil {
		return nil, err
	}
	var cache avro.SchemaCache
	for _, ref := range used {
		if _, err := cache.Parse(ref.Schema.Text, avro.WithLaxNames(nil)); err != nil {
			return nil, badSchema(ref.Schema, err)
		}
	}
	parsed, err := cache.Parse(s.Text, avro.WithLaxNames(nil))
	if err != nil {
		return nil, badSchema(s, err)
	}
	return parsed, nil
}

// compatible says why what one schema writes cannot be read as another one.
func compatible(ctx context.Context, r *registry.Registry) registry.Compatible {
	return func(reader, writer *registry.Schema) error {
		from, err := library(ctx, r, writer)
		if err != nil {
			return err
		}
		to, err := library(ctx, r, reader)
		if err != nil {
			return err
		}
		return avro.CheckCompatibility(from, to)
	}
}

// projection makes a function that turns messages of one schema into messages of another one.
func projection(ctx context.Context, r *registry.Registry, writer, reader *registry.Schema) (func([]byte) ([]byte, error), error) {
	from, err := library(ctx, r, writer)
	if err != nil {
		return nil, err
	}
	to, err := library(ctx, r, reader)
	if err != nil {
		return nil, err
	}
	resolved, err := avro.Resolve(from, to)
	if err != nil {
		return nil, fmt.Errorf("resolve the schema of the message to the one to read it as: %w", err)
	}
	return func(body []byte) ([]byte, error) {
		var v any
		if _, err := resolved.Decode(body, &v, avro.TaggedUnions()); err != nil {
			return nil, err
		}
		return to.AppendEncode(nil, v)
	}, nil
}
