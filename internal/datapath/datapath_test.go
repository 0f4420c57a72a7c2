// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/kafkatest"
)

const (
	// atOnce is how many scenarios run side by side.
	atOnce = 40
	// fewest is how many there have to be.
	fewest = 60
)

func TestTheDataPathIsThatOfKafkaConnect(t *testing.T) {
	scenarios := chosen(t)
	// The messages are old, and a broker deletes what is older than a week, if it happens to look.
	broker := kafkatest.StartBroker(t, kafkatest.WithProperties(map[string]string{"log.retention.ms": "-1"})).Addr()
	java, ours := startSides(t, broker, javaPlugins(t))
	r := &runner{java: java, ours: ours, kafka: newKafka(t, broker), rules: &ruleBook{}}
	failed := 0
	for _, batch := range batches(scenarios, atOnce) {
		results := r.batch(t, batch)
		for _, s := range batch {
			if !t.Run(s.name, func(t *testing.T) { results[s.name].check(t, s) }) {
				failed++
			}
		}
	}
	t.Logf("%d scenarios, %d of them different; rules and how often they were of use: %v", len(scenarios), failed, r.rules.uses)
	if os.Getenv(chooseVariable) != "" {
		return
	}
	assert.GreaterOrEqual(t, len(scenarios), fewest)
	assert.Empty(t, r.rules.unused(), "rules that nothing needs")
	checkCoverage(t, java, ours, scenarios)
}

const chooseVariable = "LONGSHORE_DATAPATH"

// chosen are the scenarios that LONGSHORE_DATAPATH matches, all without it.
func chosen(t *testing.T) []*scenario {
	t.Helper()
	like, err := regexp.Compile(os.Getenv(chooseVariable))
	require.NoError(t, err)
	all, names := allScenarios(), map[string]bool{}
	for _, s := range all {
		require.False(t, names[s.name], "%s is there twice", s.name)
		require.NotContains(t, s.name, "-", "the names of topics are cut at the dash")
		names[s.name] = true
	}
	all = slices.DeleteFunc(all, func(s *scenario) bool { return !like.MatchString(s.name) })
	require.NotEmpty(t, all, "no scenario has such a name")
	return all
}

// mostShown is how many lines of differences are printed of a scenario.
const mostShown = 16

// check fails the test of a scenario where the outcomes differ, or there is nothing to compare.
func (r result) check(t *testing.T, s *scenario) {
	t.Helper()
	if r.wrong != nil || len(r.differences) > 0 {
		shown := r.differences[:min(mostShown, len(r.differences))]
		t.Errorf("%v\n%v\n%s", s.config, r.wrong, strings.Join(shown, "\n"))
		if more := len(r.differences) - len(shown); more > 0 {
			t.Errorf("and %d more lines", more)
		}
	}
	if r.java == nil {
		return
	}
	assert.NotZero(t, r.java.size(), "there is no output: %v", s.config)
	assert.Equal(t, s.fails, status{r.java.connector, r.java.tasks}.failed(), "Kafka Connect's task fails: %v", r.java.lines())
	if os.Getenv(showVariable) != "" {
		t.Log("\n" + strings.Join(r.java.lines(), "\n"))
	}
}

// showVariable has the outcomes of Kafka Connect printed, rules applied.
const showVariable = "LONGSHORE_DATAPATH_SHOW"
