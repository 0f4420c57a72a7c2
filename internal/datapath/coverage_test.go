// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Kinds of plugins that are in the data path.
const (
	aTransform, aPredicate, aConverter, aHeaderConverter = "transformation", "predicate", "converter", "header_converter"
)

// elsewhere are classes that the real Kafka Connect does not have, with where they are compared with what they stand for.
var elsewhere = map[string]string{
	"io.confluent.connect.avro.AvroConverter":         "converters/avro",
	"io.confluent.connect.protobuf.ProtobufConverter": "converters/protobuf",
	"io.confluent.connect.json.JsonSchemaConverter":   "converters/jsonschema",
}

// plugins asks a worker for the classes of a kind that it has.
func plugins(t *testing.T, of *side) map[string]map[string]bool {
	t.Helper()
	var told []struct{ Class, Type string }
	require.NoError(t, of.get(t.Context(), "/connector-plugins?connectorsOnly=false", &told))
	out := map[string]map[string]bool{aTransform: {}, aPredicate: {}, aConverter: {}, aHeaderConverter: {}}
	for _, p := range told {
		if classes, wanted := out[p.Type]; wanted {
			classes[p.Class] = true
		}
	}
	return out
}

// checkCoverage holds the lists of plugins of both workers against the scenarios: each transform, predicate and converter of either
// has to be in one of a source and in one of a sink; so has each option of error handling.
func checkCoverage(t *testing.T, java, ours *side, scenarios []*scenario) {
	t.Helper()
	used := uses(scenarios)
	theirs, own := plugins(t, java), plugins(t, ours)
	for _, kind := range slices.Sorted(maps.Keys(theirs)) {
		assert.NotEmpty(t, theirs[kind], "Kafka Connect has nothing that is a %s", kind)
		for _, class := range slices.Sorted(maps.Keys(theirs[kind])) {
			if strings.HasPrefix(class, "io.debezium.") && class != unwrapClass {
				continue // came along with the one that counts
			}
			assert.True(t, own[kind][class], "Longshore does not have the %s %s", kind, class)
			for _, direction := range []string{"source", "sink"} {
				assert.NotZero(t, used[kind+" "+class+" of a "+direction], "the %s %s is in no scenario of a %s", kind, class, direction)
			}
		}
		for class := range own[kind] {
			if !theirs[kind][class] {
				assert.NotEmpty(t, elsewhere[class], "only Longshore has the %s %s: say where it is compared", kind, class)
			}
		}
	}
	for _, option := range errorOptions {
		assert.NotZero(t, used[option], "no scenario has %s", option)
	}
	t.Log(table(used))
}

// errorOptions are what there has to be of error handling.
var errorOptions = []string{
	"errors.tolerance=none that fails a source", "errors.tolerance=none that fails a sink", "errors.tolerance=all of a source", "errors.tolerance=all of a sink",
	"errors.retry.timeout of a source", "errors.retry.timeout of a sink", "errors.retry.timeout=-1 of a source", "errors.retry.timeout=-1 of a sink",
	"errors.log.enable of a source", "errors.log.enable of a sink", "errors.log.include.messages of a source", "errors.log.include.messages of a sink",
	"dead letters of a sink", "dead letters with context of a sink", "dead letters with errors.tolerance=none of a sink",
}

// uses counts what scenarios have.
func uses(scenarios []*scenario) map[string]int {
	used := map[string]int{}
	for _, s := range scenarios {
		direction := "source"
		if s.isSink() {
			direction = "sink"
		}
		for _, what := range append(pluginsOf(s.config), optionsOf(s)...) {
			used[what+" of a "+direction]++
		}
		if s.fails && s.config["errors.tolerance"] != "all" {
			used["errors.tolerance=none that fails a "+direction]++
		}
	}
	return used
}

func pluginsOf(config props) []string {
	var out []string
	for key, value := range config {
		switch {
		case strings.HasPrefix(key, "transforms.") && strings.HasSuffix(key, ".type") && strings.Count(key, ".") == 2:
			out = append(out, aTransform+" "+value)
		case strings.HasPrefix(key, "predicates.") && strings.HasSuffix(key, ".type") && strings.Count(key, ".") == 2:
			out = append(out, aPredicate+" "+value)
		case key == "key.converter", key == "value.converter":
			out = append(out, aConverter+" "+value)
		case key == "header.converter":
			out = append(out, aHeaderConverter+" "+value)
		}
	}
	return out
}

func optionsOf(s *scenario) []string {
	var out []string
	add := func(has bool, option string) {
		if has {
			out = append(out, option)
		}
	}
	letters := s.config["errors.deadletterqueue.topic.name"] != ""
	add(s.config["errors.tolerance"] == "all", "errors.tolerance=all")
	add(s.config["errors.retry.timeout"] != "", "errors.retry.timeout")
	add(s.config["errors.retry.timeout"] == "-1", "errors.retry.timeout=-1")
	add(s.config["errors.log.enable"] == "true", "errors.log.enable")
	add(s.config["errors.log.include.messages"] == "true", "errors.log.include.messages")
	add(letters, "dead letters")
	add(letters && s.config["errors.deadletterqueue.context.headers.enable"] == "true", "dead letters with context")
	add(letters && s.fails && s.config["errors.tolerance"] != "all", "dead letters with errors.tolerance=none")
	return out
}

func table(used map[string]int) string {
	var b strings.Builder
	for _, what := range slices.Sorted(maps.Keys(used)) {
		fmt.Fprintf(&b, "\n%4d times %s", used[what], what)
	}
	return b.String()
}
