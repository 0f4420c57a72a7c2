// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"

	connect "github.com/longshore-io/connect"
)

// Keys of workers before Kafka 3.0, which named one address where listeners now names several.
const (
	legacyHost = "rest.host.name"
	legacyPort = "rest.port"
)

// offsetFile is the key of the file in which a worker on its own keeps offsets.
const offsetFile = "offset.storage.file.filename"

// withLegacyListener reads rest.host.name and rest.port of older files where listeners is not set.
func withLegacyListener(props map[string]string) (map[string]string, []error) {
	host, hasHost := props[legacyHost]
	text, hasPort := props[legacyPort]
	if _, set := props["listeners"]; set || !hasHost && !hasPort {
		return props, nil
	}
	port := any(8083)
	if hasPort {
		var err error
		if port, err = connect.ParseConfigValue(legacyPort, text, connect.IntType); err == nil {
			err = portNumber.Check(legacyPort, port)
		}
		if err != nil {
			return props, []error{err}
		}
	}
	effective := maps.Clone(props)
	effective["listeners"] = "http://" + net.JoinHostPort(strings.TrimSpace(host), strconv.Itoa(port.(int)))
	return effective, nil
}

// ignoredKeys have no effect on a worker; the values say why.
var ignoredKeys = map[string]string{
	"internal.key.converter":        "the internal topics always have JSON without schemas, as since Kafka 3.0",
	"internal.value.converter":      "the internal topics always have JSON without schemas, as since Kafka 3.0",
	"config.storage.cleanup.policy": "the worker's own topics are always compacted",
	"offset.storage.cleanup.policy": "the worker's own topics are always compacted",
	"status.storage.cleanup.policy": "the worker's own topics are always compacted",
	"config.storage.partitions":     "the topic of configurations always has one partition",
}

// passedOn are the beginnings of keys that are not the worker's own, so that their ends may be anything.
var passedOn = []string{"producer.", "consumer.", "admin.", "config.providers.", "listeners.https.", "admin.listeners.https.", "metrics.context."}

// warningsOf names the properties that have no effect, and those that look like misspellings, in the order of their names.
func warningsOf(props map[string]string, def connect.ConfigDef) []string {
	var warnings []string
	warn := func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
	for _, key := range slices.Sorted(maps.Keys(props)) {
		switch reason, wanted := ignoredKeys[key], misspelt(key); {
		case strings.TrimSpace(props[key]) == "":
		case reason != "":
			warn("%s has no effect: %s", key, reason)
		case strings.HasPrefix(key, "internal.key.converter.") || strings.HasPrefix(key, "internal.value.converter."):
			warn("%s has no effect: %s", key, ignoredKeys["internal.key.converter"])
		case key == legacyHost || key == legacyPort:
			warn("%s", legacyWarning(key, props))
		case def.Key(key) == nil && key == offsetFile:
			warn("%s has no effect: a worker of a cluster keeps its offsets in the topic offset.storage.topic", key)
		case wanted != "":
			warn("%s is not known: was %s meant?", key, wanted)
		}
	}
	return warnings
}

func legacyWarning(key string, props map[string]string) string {
	if _, set := props["listeners"]; set {
		return key + " has no effect: listeners is set"
	}
	return key + " is an older spelling: write listeners=http://host:port"
}

// misspelt returns the known key that differs from an unknown one in two letters at most, and "" if none does.
func misspelt(key string) string {
	if known(key) || slices.ContainsFunc(passedOn, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
		return ""
	}
	const most = 2
	nearest, distance := "", most+1
	for _, def := range []connect.ConfigDef{distributedDef, standaloneDef} {
		for i := range def {
			if d := connect.EditDistance(key, def[i].Name); d < distance {
				nearest, distance = def[i].Name, d
			}
		}
	}
	return nearest
}

func known(key string) bool { return distributedDef.Key(key) != nil || standaloneDef.Key(key) != nil }
