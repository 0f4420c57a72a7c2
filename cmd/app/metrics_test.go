// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
)

// fullMeters have something to say about everything that can be said of connectors and the cluster.
func fullMeters() *actors.Meters {
	meters := &actors.Meters{}
	meters.Lead(true)
	meters.Lease(true)
	meters.Generation(17)
	meters.Rebalanced(1500 * time.Millisecond)
	meters.Rebalanced(250 * time.Millisecond)
	meters.Abandoned()
	for _, id := range []connect.TaskID{{Connector: "a b", Task: -1}, {Connector: "a b", Task: 0}, {Connector: "bad\xffname", Task: 3}} {
		meters.State(id, connect.Running)
		meters.Restarted(id)
	}
	meters.State(connect.TaskID{Connector: "a b", Task: 1}, connect.Failed)
	return meters
}

// scrape reads metrics; the text has to be one that Prometheus understands.
func scrape(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	problems, err := promlint.New(bytes.NewReader(body)).Lint()
	require.NoError(t, err, "%s", body)
	for _, problem := range problems {
		require.False(t, strings.HasPrefix(problem.Metric, "longshore_"), "%s: %s", problem.Metric, problem.Text)
	}
	return string(body)
}

// value is that of a series with all its labels, by their names in order; -1 where there is none.
func value(t *testing.T, scraped, series string) float64 {
	t.Helper()
	_, line, found := strings.Cut("\n"+scraped, "\n"+series+" ")
	if !found {
		return -1
	}
	text, _, _ := strings.Cut(line, "\n")
	number, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return number
}

func TestMetricsShowWhatTheMetersSay(t *testing.T) {
	server := httptest.NewServer(metricsHandler(fullMeters(), slog.New(slog.DiscardHandler)))
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	got := scrape(t, server.URL)
	for series, want := range map[string]float64{
		`longshore_leader`: 1, `longshore_lease_open`: 1, `longshore_generation`: 17, `longshore_rebalances_total`: 2,
		`longshore_rebalance_duration_seconds_total`: 1.75, `longshore_last_rebalance_duration_seconds`: 0.25, `longshore_abandoned_total`: 1,
		`longshore_connectors{state="running"}`: 1, `longshore_connectors{state="stopped"}`: 0, `longshore_tasks{state="running"}`: 2, `longshore_tasks{state="failed"}`: 1,
		`longshore_tasks{state="paused"}`: 0, `longshore_tasks{state="stopped"}`: -1, // no task ever is
		`longshore_connector_state{connector="a b",state="running"}`: 1, `longshore_task_state{connector="a b",state="failed",task="1"}`: 1,
		`longshore_connector_restarts_total{connector="a b"}`: 1, "longshore_task_restarts_total{connector=\"bad\ufffdname\",task=\"3\"}": 1,
	} {
		require.InDelta(t, want, value(t, got, series), 1e-9, series)
	}
	require.Contains(t, got, "\ngo_goroutines ")
}

func TestAWorkerOnItsOwnHasNoMetricsOfACluster(t *testing.T) {
	server := httptest.NewServer(metricsHandler(&actors.Meters{}, slog.New(slog.DiscardHandler)))
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()
	got := scrape(t, server.URL)
	require.Contains(t, got, "\nlongshore_abandoned_total 0\n")
	for _, name := range []string{"leader", "generation", "lease_open", "rebalances_total", "rebalance_duration_seconds_total", "last_rebalance_duration_seconds"} {
		require.NotContains(t, got, "longshore_"+name)
	}
}

var documentedMetric = regexp.MustCompile("(?m)^\\| `(longshore_[a-z_]+)`")

func TestEveryMetricIsDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "metrics.md"))
	require.NoError(t, err)
	var documented, made []string
	for _, found := range documentedMetric.FindAllStringSubmatch(string(page), -1) {
		documented = append(documented, found[1])
	}
	name := regexp.MustCompile(`fqName: "([^"]+)"`)
	for _, desc := range described {
		made = append(made, name.FindStringSubmatch(desc.String())[1])
	}
	require.ElementsMatch(t, made, documented)
}

func TestARunningWorkerShowsItsMetrics(t *testing.T) {
	d := newDemo(t, 300)
	c := d.command()
	exit := c.start(t, (*program).longshore)
	url := c.url(t)
	awaitReady(t, url)
	d.awaitCopy(t, c)
	shows := func(want float64, series string) {
		t.Helper()
		require.Eventually(t, func() bool { return value(t, scrape(t, url), series) == want }, 30*time.Second, 20*time.Millisecond,
			"%s does not become %v", series, want)
	}
	shows(300, `longshore_task_records_in_total{connector="lines in",task="0"}`)
	shows(300, `longshore_task_records_out_total{connector="lines in",task="0"}`)
	shows(300, `longshore_task_records_in_total{connector="out",task="0"}`)
	shows(300, `longshore_task_records_out_total{connector="out",task="0"}`)
	shows(0, `longshore_task_lag_records{connector="out",task="0"}`)
	shows(2, `longshore_tasks{state="running"}`)
	shows(2, `longshore_connectors{state="running"}`)
	require.Eventually(t, func() bool {
		now := scrape(t, url)
		return value(t, now, `longshore_task_offset_commits_total{connector="lines in",result="success",task="0"}`) > 0 &&
			value(t, now, `longshore_task_offset_commits_total{connector="out",result="success",task="0"}`) > 0
	}, 30*time.Second, 20*time.Millisecond)

	d.append(t, 300, 500)
	shows(500, `longshore_task_records_out_total{connector="out",task="0"}`)

	say := func(args ...string) {
		t.Helper()
		_, complaint, code := ask(t, url, args...)
		require.Equal(t, exitDone, code, complaint)
	}
	say("connectors", "restart", "--include-tasks", "out")
	shows(1, `longshore_task_restarts_total{connector="out",task="0"}`)
	say("connectors", "pause", "lines in")
	shows(1, `longshore_tasks{state="paused"}`)
	shows(1, `longshore_task_state{connector="lines in",state="paused",task="0"}`)
	say("connectors", "delete", "out")
	shows(-1, `longshore_task_records_out_total{connector="out",task="0"}`) // what is gone is forgotten
	shows(-1, `longshore_connector_state{connector="out",state="running"}`)
	shows(1, `longshore_connectors{state="paused"}`)

	for path, want := range map[string]int{"/livez": http.StatusOK, "/readyz": http.StatusOK} {
		response, err := http.Get(url + path)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, want, response.StatusCode, "%s: %s", path, body)
	}
	http.DefaultClient.CloseIdleConnections()
	require.Equal(t, exitDone, c.interrupt(t, exit), c.err.String())
}
