// SPDX-License-Identifier: Apache-2.0

package registrytest

import (
	"encoding/json"
	"errors"

	"github.com/twmb/avro"
)

// Check says whether a schema is one, with an error where not, and in what it cannot read what was written with an earlier
// one, which is nil when there is none. used are the texts of the schemas that it refers to, by name.
type Check func(earlier *Schema, schema Schema, used map[string]string) (incompatible []string, err error)

func checkAvro(earlier *Schema, schema Schema, used map[string]string) ([]string, error) {
	parsed, err := parseAvro(schema.Text, used)
	if err != nil || earlier == nil {
		return nil, err
	}
	writer, err := parseAvro(earlier.Text, used)
	if err != nil {
		return nil, err
	}
	if err := avro.CheckCompatibility(writer, parsed); err != nil {
		return []string{err.Error()}, nil
	}
	return nil, nil
}

func parseAvro(text string, used map[string]string) (*avro.Schema, error) {
	var cache avro.SchemaCache
	for _, other := range used {
		if _, err := cache.Parse(other); err != nil {
			return nil, err
		}
	}
	return cache.Parse(text)
}

func checkJSON(_ *Schema, schema Schema, _ map[string]string) ([]string, error) {
	if !json.Valid([]byte(schema.Text)) {
		return nil, errors.New("the schema is no JSON")
	}
	return nil, nil
}

func checkNothing(_ *Schema, schema Schema, _ map[string]string) ([]string, error) {
	if schema.Text == "" {
		return nil, errors.New("the schema is empty")
	}
	return nil, nil
}
