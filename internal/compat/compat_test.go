// SPDX-License-Identifier: Apache-2.0

//go:build real

package compat

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

// scenario is a series of calls that leaves no connector behind.
type scenario struct {
	name string
	play func(*session)
}

func TestRESTAnswersAreThoseOfKafkaConnect(t *testing.T) {
	r := newReport()
	if path := os.Getenv("LONGSHORE_COMPAT_RECORD"); path != "" {
		f, err := r.recordInto(path)
		require.NoError(t, err)
		defer f.Close()
	}
	broker := kafkatest.SharedBroker(t).Addr()
	t.Run("distributed", func(t *testing.T) {
		play(t, r, "d", setup{mode: kafkatest.Distributed, broker: broker}, distributed)
	})
	t.Run("standalone", func(t *testing.T) {
		play(t, r, "s", setup{mode: kafkatest.Standalone, broker: broker}, standalone)
	})
	t.Run("options", func(t *testing.T) {
		play(t, r, "o", options(broker), withOptions)
	})
	t.Log(r.String())
	assert.Empty(t, r.different, "differences")
	assert.Empty(t, r.stale(), "deliberate differences that do not occur any more")
	assert.Empty(t, r.uncalled(), "paths without a call")
	assert.GreaterOrEqual(t, r.total(), fewest, "calls compared")
}

// play starts two workers and plays scenarios with them, one after the other: lists of connectors are compared, too.
func play(t *testing.T, r *report, run string, how setup, scenarios []scenario) {
	java, ours := how.start(t, run)
	both := commonPlugins(t, r, java, ours)
	for _, sc := range scenarios {
		t.Run(sc.name, func(t *testing.T) {
			before := r.total()
			sc.play(&session{t: t, java: java, ours: ours, both: both, report: r, where: run + " " + sc.name})
			assert.Greater(t, r.total(), before, "calls compared")
		})
	}
}

// systemTests is what the connectors of Kafka's own system tests have before their names; no release of Kafka brings them along.
const systemTests = "org.apache.kafka.connect.tools."

// kafkas is what Kafka's plugins have before their names; those of Confluent and Debezium are not in its release.
const kafkas = "org.apache.kafka."

// commonPlugins asks both what they have. All that Longshore has and is called as one of Kafka's has to be there, but for those of
// its system tests.
func commonPlugins(t *testing.T, r *report, java, ours side) plugins {
	t.Helper()
	all := call{method: http.MethodGet, path: "/connector-plugins?connectorsOnly=false"}
	classes := func(of side) plugins {
		a := of.send(t.Context(), all)
		list, is := a.json().([]any)
		require.True(t, is, "%s: %s", of.name, shown(a))
		out := plugins{}
		for _, entry := range list {
			fields, _ := entry.(map[string]any)
			class, _ := fields["class"].(string)
			out[class] = true
		}
		return out
	}
	both, theirs := classes(ours), classes(java)
	maps.DeleteFunc(both, func(class string, _ bool) bool {
		return (strings.HasPrefix(class, systemTests) || !strings.HasPrefix(class, kafkas)) && !theirs[class]
	})
	r.foreign = nil
	for _, class := range slices.Sorted(maps.Keys(theirs)) {
		if !both[class] {
			r.foreign = append(r.foreign, class)
		}
	}
	require.NotEmpty(t, both)
	return both
}
