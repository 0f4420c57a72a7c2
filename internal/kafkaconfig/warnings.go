// SPDX-License-Identifier: Apache-2.0

package kafkaconfig

import (
	"maps"
	"slices"
	"strings"
)

const (
	metricsContext = "metrics.context."
	configProvider = "config.providers"
)

// clientKind is a kind of client whose properties a user sets: by a prefix of the worker, and by another of connectors.
type clientKind struct {
	role             Role
	ofWorker, ofTask string
	compose          func(worker, connector map[string]string) map[string]string
}

var clientKinds = []clientKind{
	{Producer, "producer.", producerOverride, func(w, c map[string]string) map[string]string { return SourceProducer(w, c, "", 0) }},
	{Consumer, "consumer.", consumerOverride, func(w, c map[string]string) map[string]string { return SinkConsumer(w, c, "", 0) }},
	{Plain, "admin.", adminOverride, func(w, c map[string]string) map[string]string { return Admin(w, c, "", 0) }},
}

// WorkerWarnings has one line for each client property of a worker, with or without a prefix, that cannot take effect, and for each
// property with a prefix that such a client does not have. Wrong values are not its business: the client that gets them refuses them.
func WorkerWarnings(worker map[string]string) []string {
	var all []string
	worker = withoutListeners(worker)
	own := Internal(worker, "")
	for _, role := range []Role{Producer, Consumer, Plain} {
		s, _ := Parse(role, own)
		all = append(all, s.Warnings...)
	}
	told := slices.Clone(all)
	for _, kind := range clientKinds {
		s, _ := Parse(kind.role, kind.compose(worker, nil))
		all = append(all, prefixed(kind.ofWorker, without(s.Warnings, forAdmins(kind, told)))...)
		all = append(all, foreign(kind.role, kind.ofWorker, withPrefix(worker, kind.ofWorker))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// withoutListeners leaves out admin.listeners and what begins with it: those are about the REST API.
func withoutListeners(worker map[string]string) map[string]string {
	worker = maps.Clone(worker)
	maps.DeleteFunc(worker, func(key, _ string) bool {
		return key == "admin.listeners" || strings.HasPrefix(key, "admin.listeners.")
	})
	return worker
}

// forAdmins are the lines about what the worker has without a prefix, which no client but an admin client inherits.
func forAdmins(kind clientKind, lines []string) []string {
	if kind.role == Plain {
		return lines
	}
	return nil
}

// ConnectorWarnings has one line for each override of a connector that cannot take effect, or that such a client does not have.
func ConnectorWarnings(worker, connector map[string]string) []string {
	var all []string
	for _, kind := range clientKinds {
		if len(withPrefix(connector, kind.ofTask)) == 0 {
			continue
		}
		before, _ := Parse(kind.role, kind.compose(worker, nil))
		after, _ := Parse(kind.role, kind.compose(worker, connector))
		all = append(all, prefixed(kind.ofTask, without(after.Warnings, before.Warnings))...)
		all = append(all, foreign(kind.role, kind.ofTask, withPrefix(connector, kind.ofTask))...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func prefixed(prefix string, lines []string) []string {
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = prefix + line
	}
	return out
}

func without(lines, told []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return slices.Contains(told, line) })
}

// foreign tells of properties that belong to clients of other kinds only.
func foreign(role Role, prefix string, props map[string]string) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(props)) {
		if roles := rolesOf(key); roles != 0 && roles&role == 0 {
			lines = append(lines, noEffect(prefix+key, "a "+role.name()+" has no such property"))
		}
	}
	return lines
}

// unknownKeys tells of properties that no client has.
func unknownKeys(props map[string]string) []string {
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(props)) {
		switch {
		case rolesOf(key) != 0:
		case strings.HasPrefix(key, metricsContext):
			lines = append(lines, noEffect(key, ownMetrics))
		case key == configProvider || strings.HasPrefix(key, configProvider+"."):
			lines = append(lines, noEffect(key, "variables are replaced by the worker's own "+configProvider))
		default:
			lines = append(lines, noEffect(key, "no Kafka client has such a property"))
		}
	}
	return lines
}

// rolesOf are the clients that have a property, 0 for none.
func rolesOf(key string) Role { return rolesByKey[key] }

var rolesByKey = func() map[string]Role {
	roles := map[string]Role{}
	for i := range properties {
		roles[properties[i].name] |= properties[i].roles & everyRole
	}
	return roles
}()

func (r Role) name() string {
	switch r {
	case Producer:
		return "producer"
	case Consumer:
		return "consumer"
	}
	return "client that administers"
}
