// SPDX-License-Identifier: Apache-2.0

package app

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
)

// metricsHandler answers GET /metrics in the format of Prometheus, from a registry of its own: a program that hosts a worker may use
// the global one.
func metricsHandler(meters *actors.Meters, log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(newRegistry(meters), promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)})
}

func newRegistry(meters *actors.Meters) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), newMetrics(meters))
	return registry
}

// metrics are those of one worker. They are made from one snapshot of its meters for each scrape.
type metrics struct {
	meters *actors.Meters
	build  prometheus.Metric
}

func newMetrics(meters *actors.Meters) *metrics {
	version, commit := build()
	return &metrics{meters: meters, build: prometheus.MustNewConstMetric(buildInfo, prometheus.GaugeValue, 1, version, commit, connect.KafkaVersion)}
}

// described are all metrics that metrics makes; docs/metrics.md lists them.
var described []*prometheus.Desc

func describe(name, help string, labels ...string) *prometheus.Desc {
	desc := prometheus.NewDesc("longshore_"+name, help, labels, nil)
	described = append(described, desc)
	return desc
}

var (
	buildInfo = describe("build_info", "Which build this is, and which version of Kafka Connect it stands for. Always 1.", "version", "commit", "kafka_version")

	leader            = describe("leader", "Whether this worker leads its cluster: 1 or 0.")
	generation        = describe("generation", "The number of the generation that was agreed last.")
	leaseOpen         = describe("lease_open", "Whether this worker has confirmed its share against Kafka in time, so that its tasks may work: 1 or 0.")
	rebalances        = describe("rebalances_total", "Generations that have changed what this worker runs.")
	rebalanceTime     = describe("rebalance_duration_seconds_total", "Time that carrying out such generations has taken, from the first stop or start to the last.")
	lastRebalanceTime = describe("last_rebalance_duration_seconds", "The same for the last such generation.")

	connectorStates = describe("connectors", "Connector instances that this worker runs, by the state that it has reported.", "state")
	taskStates      = describe("tasks", "Tasks that this worker runs, by the state that it has reported.", "state")
	connectorState  = describe("connector_state", "The reported state of a connector instance that this worker runs. Always 1.", "connector", "state")
	taskState       = describe("task_state", "The reported state of a task that this worker runs. Always 1.", "connector", "task", "state")
	abandoned       = describe("abandoned_total", "Connector instances and tasks that did not end within task.shutdown.graceful.timeout.ms and were cut off.")

	kafkaClients      = describe("kafka_clients", "Kafka clients that are open for connectors and tasks.")
	workerBuffered    = describe("buffered_bytes", "Bytes of records that all tasks of this worker hold.")
	workerBufferLimit = describe("buffered_bytes_limit", "How many bytes of records they may hold together: worker.max.buffered.bytes.")

	connectorRestarts = describe("connector_restarts_total", "Starts of a connector instance on this worker after the first.", "connector")
	taskRestarts      = describe("task_restarts_total", "Starts of a task on this worker after the first.", "connector", "task")
	recordsIn         = describe("task_records_in_total", "Records that a source task has polled, or that were read from Kafka for a sink task.", "connector", "task")
	recordsOut        = describe("task_records_out_total", "Records of a source task that Kafka has acknowledged, or that a sink task has accepted.", "connector", "task")
	commits           = describe("task_offset_commits_total", "Commits of offsets of a task, by their result: success or failure.", "connector", "task", "result")
	buffered          = describe("task_buffered_bytes", "Bytes of records that a task holds: not acknowledged yet for a source, fetched and not accepted yet for a sink.", "connector", "task")
	bufferWait        = describe("task_buffer_wait_seconds_total", "Time that a task has waited for room in its byte budget or the worker's.", "connector", "task")
	failures          = describe("task_failures_total", "Attempts to convert or transform a record that failed.", "connector", "task")
	retries           = describe("task_retries_total", "Such attempts that were made again.", "connector", "task")
	recordErrors      = describe("task_record_errors_total", "Records that could not be handled.", "connector", "task")
	skipped           = describe("task_records_skipped_total", "Those of them that errors.tolerance let pass.", "connector", "task")
	logged            = describe("task_errors_logged_total", "Failures that errors.log.enable has written.", "connector", "task")
	letters           = describe("task_dead_letters_total", "Records that were to be written to the dead letter queue.", "connector", "task")
	lostLetters       = describe("task_dead_letters_failed_total", "Those of them that could not be written.", "connector", "task")
	lastError         = describe("task_last_error_timestamp_seconds", "When a record last could not be handled, in seconds since 1970; 0 for never.", "connector", "task")
	lag               = describe("task_lag_records", "Records in the partitions of a sink task that it has not read yet.", "connector", "task")
)

// countedStates are those that are there even while nobody is in them, so that a panel has no gaps.
var countedStates = map[*prometheus.Desc][]connect.State{
	connectorStates: {connect.Running, connect.Paused, connect.Failed, connect.Restarting, connect.Unassigned, connect.Stopped},
	taskStates:      {connect.Running, connect.Paused, connect.Failed, connect.Restarting, connect.Unassigned},
}

// Describe implements prometheus.Collector.
func (*metrics) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range described {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (m *metrics) Collect(to chan<- prometheus.Metric) {
	now := m.meters.Snapshot()
	to <- m.build
	collectWorker(to, now.Worker)
	collectStates(to, now.States)
	for id, n := range now.Restarts {
		if isConnector(id) {
			send(to, connectorRestarts, prometheus.CounterValue, float64(n), id.Connector)
		} else {
			send(to, taskRestarts, prometheus.CounterValue, float64(n), id.Connector, strconv.Itoa(id.Task))
		}
	}
	for id, counts := range now.Tasks {
		collectTask(to, counts, id.Connector, strconv.Itoa(id.Task))
	}
}

// isConnector tells a connector instance from a task.
func isConnector(id connect.TaskID) bool { return id.Task < 0 }

// collectWorker leaves out what a worker on its own does not have.
func collectWorker(to chan<- prometheus.Metric, w actors.WorkerCounts) {
	send(to, abandoned, prometheus.CounterValue, float64(w.Abandoned))
	send(to, workerBuffered, prometheus.GaugeValue, float64(w.Buffered))
	send(to, kafkaClients, prometheus.GaugeValue, float64(w.Clients))
	send(to, workerBufferLimit, prometheus.GaugeValue, float64(w.BufferLimit))
	if !w.Clustered {
		return
	}
	send(to, leader, prometheus.GaugeValue, zeroOrOne(w.Leads))
	send(to, leaseOpen, prometheus.GaugeValue, zeroOrOne(w.LeaseOpen))
	send(to, generation, prometheus.GaugeValue, float64(w.Generation))
	send(to, rebalances, prometheus.CounterValue, float64(w.Rebalances))
	send(to, rebalanceTime, prometheus.CounterValue, seconds(w.RebalanceTime))
	send(to, lastRebalanceTime, prometheus.GaugeValue, seconds(w.LastRebalance))
}

func collectStates(to chan<- prometheus.Metric, states map[connect.TaskID]connect.State) {
	counts := map[*prometheus.Desc]map[connect.State]int{connectorStates: {}, taskStates: {}}
	for id, state := range states {
		if isConnector(id) {
			counts[connectorStates][state]++
			send(to, connectorState, prometheus.GaugeValue, 1, id.Connector, stateLabel(state))
		} else {
			counts[taskStates][state]++
			send(to, taskState, prometheus.GaugeValue, 1, id.Connector, strconv.Itoa(id.Task), stateLabel(state))
		}
	}
	for desc, known := range countedStates {
		for _, state := range known {
			send(to, desc, prometheus.GaugeValue, float64(counts[desc][state]), stateLabel(state))
		}
	}
}

func collectErrors(to chan<- prometheus.Metric, counts actors.ErrorCounts, connector, task string) {
	for _, c := range []struct {
		of *prometheus.Desc
		n  int64
	}{{failures, counts.Failures}, {retries, counts.Retries}, {recordErrors, counts.Records}, {skipped, counts.Skipped}, {logged, counts.Logged},
		{letters, counts.DeadLetters}, {lostLetters, counts.FailedDeadLetters}} {
		send(to, c.of, prometheus.CounterValue, float64(c.n), connector, task)
	}
	send(to, lastError, prometheus.GaugeValue, float64(counts.Last)/1000, connector, task)
}

func collectTask(to chan<- prometheus.Metric, counts actors.TaskCounts, connector, task string) {
	send(to, recordsIn, prometheus.CounterValue, float64(counts.In), connector, task)
	send(to, recordsOut, prometheus.CounterValue, float64(counts.Out), connector, task)
	send(to, commits, prometheus.CounterValue, float64(counts.Commits), connector, task, "success")
	send(to, commits, prometheus.CounterValue, float64(counts.FailedCommits), connector, task, "failure")
	send(to, buffered, prometheus.GaugeValue, float64(counts.Buffered), connector, task)
	send(to, bufferWait, prometheus.CounterValue, seconds(counts.BufferWait), connector, task)
	collectErrors(to, counts.Errors, connector, task)
	if counts.Lag >= 0 {
		send(to, lag, prometheus.GaugeValue, float64(counts.Lag), connector, task)
	}
}

// send takes any label: names of connectors need not be valid UTF-8, and labels have to be.
func send(to chan<- prometheus.Metric, desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
	for i := range labels {
		labels[i] = strings.ToValidUTF8(labels[i], "\ufffd")
	}
	to <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
}

func zeroOrOne(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// stateLabel is the state as Kafka Connect's metrics have it.
func stateLabel(state connect.State) string { return strings.ToLower(string(state)) }

func seconds(d time.Duration) float64 { return d.Seconds() }
