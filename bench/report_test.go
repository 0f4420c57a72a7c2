// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files of reports anew")

// The workloads of a report that was made up.
var (
	startSeconds = metric{name: "seconds until it answers", format: "%.2f", pace: true, charted: true}
	madeUp       = []about{
		{name: "copy", what: "Copies <things>.", metrics: []metric{recordsPerSecond, peakMemory}},
		{name: "start", what: "Starts.", metrics: []metric{startSeconds, peakMemory}},
		{name: "other", what: "Nobody ran it.", metrics: []metric{startSeconds}},
	}
	madeUpTargets = []target{
		{"copy", recordsPerSecond, kafkaConnect, 4}, {"copy", recordsPerSecond, bareClient, 0.7}, {"copy", peakMemory, "", 150},
		{"start", startSeconds, "", 0.3}, {"other", startSeconds, "", 0.3},
	}
)

func madeUpResults() results {
	copied := result{Date: "2026-01-02", Machine: "a machine", Rounds: 3, Scale: 1, Values: map[contender]map[string][]float64{}}
	for i := range 3 {
		v := float64(i)
		copied.add(kafkaConnect, values{recordsPerSecond.name: 250_000 + 1000*v, peakMemory.name: 2200 + v})
		copied.add(longshore, values{recordsPerSecond.name: 1_000_000 + 10_000*v*v, peakMemory.name: 120 + 20*v})
		copied.add(bareClient, values{recordsPerSecond.name: 1_600_000 - 50_000*v, peakMemory.name: 50})
	}
	started := result{Date: "2026-01-03", Machine: "a machine", Rounds: 1, Scale: 0.5, Values: map[contender]map[string][]float64{}}
	started.add(kafkaConnect, values{startSeconds.name: 0.5, peakMemory.name: 300})
	started.add(longshore, values{startSeconds.name: 0.75, peakMemory.name: 38})
	return results{"copy": copied, "start": started}
}

func TestReportsAndChartsAreAsTheyWere(t *testing.T) {
	all := madeUpResults()
	r := report{dir: t.TempDir(), name: "results", title: "Results", told: madeUp, targets: madeUpTargets}
	require.NoError(t, r.write(all))
	for _, name := range []string{"results.md", "results.json", "results-records-s.svg", "results-peak-memory-mb.svg", "results-seconds-until-it-answers.svg"} {
		got, err := os.ReadFile(filepath.Join(r.dir, name))
		require.NoError(t, err)
		golden := filepath.Join("testdata", "golden", name)
		if *update {
			require.NoError(t, os.MkdirAll(filepath.Dir(golden), 0o755))
			require.NoError(t, os.WriteFile(golden, got, 0o644))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(string(want), "\r\n", "\n"), string(got), "go test ./bench -update writes %s anew", golden)
	}
	again, err := readResults(r.json())
	require.NoError(t, err)
	require.Equal(t, all, again)
}

func TestThereAreNoResultsBeforeTheFirstRun(t *testing.T) {
	none, err := readResults(filepath.Join(t.TempDir(), "results.json"))
	require.NoError(t, err)
	require.Empty(t, none)

	broken := filepath.Join(t.TempDir(), "results.json")
	require.NoError(t, os.WriteFile(broken, []byte("{"), 0o600))
	_, err = readResults(broken)
	require.ErrorContains(t, err, broken)
}

func TestABoundIsTheLeastWhereMoreIsBetterAndElseTheMost(t *testing.T) {
	more, less := target{metric: metric{more: true}, bound: 4}, target{bound: 0.3}
	require.True(t, more.met(4))
	require.False(t, more.met(3.99))
	require.True(t, less.met(0.3))
	require.False(t, less.met(0.31))
}

func TestWhoIsSlowerThanKafkaConnectIsTold(t *testing.T) {
	require.Equal(t, "- start: seconds until it answers, 1.50 × Kafka Connect 4.1\n", slower(madeUp, madeUpResults()))
	require.Empty(t, slower(madeUp[:1], madeUpResults()))
	require.Contains(t, pace(madeUp[:1], madeUpResults()), "Nothing that was measured")
}

func TestTwiceTheSameHasARatioOfItsOwn(t *testing.T) {
	r := result{Values: map[contender]map[string][]float64{}}
	r.add(longshore, values{peakMemory.name: 100})
	r.add(longshoreAgain, values{peakMemory.name: 103})
	require.Equal(t, "| | Longshore | Longshore again | Longshore again ÷ Longshore |\n|---|---:|---:|---:|\n| peak memory, MB | 100 | 103 | 1.03 |\n",
		table(about{metrics: copying}, r))
}

func TestAxesHaveRoundSteps(t *testing.T) {
	for most, want := range map[float64][2]float64{
		1: {0.2, 1}, 1.1: {0.2, 1.2}, 1.3: {0.5, 1.5}, 9: {2, 10}, 1_260_102: {500_000, 1_500_000}, 2231: {500, 2500}, 0.04: {0.01, 0.04}, 0: {1, 1},
	} {
		step, end := axis(most)
		require.InDelta(t, want[0], step, 1e-9, "step of %v", most)
		require.InDelta(t, want[1], end, 1e-9, "end of %v", most)
	}
	require.Equal(t, "0.2", tickText(0.2, 0.2))
	require.Equal(t, "0.05", tickText(0.05, 0.01))
	require.Equal(t, "500,000", tickText(500_000, 500_000))
	require.Equal(t, "2", tickText(2, 1))
}

func TestChartsAreXML(t *testing.T) {
	odd := chart{metric: metric{name: `a "<b>" & c`, format: "%.0f"}, groups: []group{{name: "x < y & z", bars: []bar{{longshore, spread{}}}}}}
	d := xml.NewDecoder(strings.NewReader(odd.svg()))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
	}
}

func TestWorkloadsAndTargetsFitTogether(t *testing.T) {
	metrics := map[string]map[string]metric{}
	for _, w := range workloads {
		told := w.about()
		require.NotContains(t, metrics, told.name, "a name is unique")
		require.NotEmpty(t, told.what, told.name)
		require.Contains(t, told.contenders, longshore, told.name)
		metrics[told.name] = map[string]metric{}
		for _, m := range told.metrics {
			metrics[told.name][m.name] = m
		}
	}
	for _, g := range targets {
		require.Equal(t, metrics[g.workload][g.metric.name], g.metric, "%s, %s", g.workload, g.metric.name)
	}
}

func TestWorkloadsAreChosenByName(t *testing.T) {
	chosen, err := choose(workloads, "^file s")
	require.NoError(t, err)
	require.Equal(t, []string{"file source", "file sink"}, namesOf(chosen))
	all, err := choose(workloads, "")
	require.NoError(t, err)
	require.Len(t, all, len(workloads))
	_, err = choose(workloads, "nobody")
	require.ErrorContains(t, err, `"file sink"`)
	_, err = choose(workloads, "(")
	require.ErrorContains(t, err, "-only")
}
