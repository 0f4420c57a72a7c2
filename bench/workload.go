// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"
)

// contender is somebody who is measured. Its text is the head of a column.
type contender string

// The contenders.
const (
	kafkaConnect contender = "Kafka Connect 4.1"
	longshore    contender = "Longshore"
	bareClient   contender = "bare client"
	// longshoreAgain is Longshore under a second label, for runs that show how far two medians of the same thing differ.
	longshoreAgain contender = "Longshore again"
)

// workers are the contenders of a workload that only a worker can do.
var workers = []contender{kafkaConnect, longshore}

// workload is something that contenders do by turns. One is added in workloads.go.
type workload interface {
	about() about
	// prepare makes what all turns read, once before the first: topics, files. What it makes is gone with the rig.
	prepare(ctx context.Context, r *rig) error
	// run is one turn of one contender. It warms up, measures, and looks whether what came out is right: a wrong output is an
	// error. The values have the names of about's metrics.
	run(ctx context.Context, t *turn) (values, error)
}

// about is what is known of a workload before it runs.
type about struct {
	// name is unique, and what -only looks at; it is the head of a row in charts: short.
	name string
	// what is a sentence or two of Markdown, for the report.
	what string
	// contenders take part, in the order of the columns.
	contenders []contender
	// metrics are the rows of its table.
	metrics []metric
}

// values are what one turn measured, by names of metrics.
type values map[string]float64

// metric is a row of a table. Those with the same name are the same, and are drawn in one chart.
type metric struct {
	// name has the unit, "peak memory, MB".
	name string
	// format is a verb of fmt: "%.2f".
	format string
	// more says that more of it is better; else less is.
	more bool
	// pace says that it tells who is faster: where Longshore is behind Kafka Connect in such a metric, the report says so.
	pace bool
	// charted metrics are drawn.
	charted bool
}

// The metrics that workloads share. A MB is 1,000,000 bytes.
var (
	recordsPerSecond = metric{name: "records/s", format: "%.0f", more: true, pace: true, charted: true}
	bytesPerSecond   = metric{name: "MB/s", format: "%.1f", more: true}
	secondsTaken     = metric{name: "seconds", format: "%.2f"}
	cpuPerMillion    = metric{name: "CPU seconds per million records", format: "%.2f", charted: true}
	peakMemory       = metric{name: "peak memory, MB", format: "%.0f", charted: true}
)

// copying are the metrics of a workload that moves records.
var copying = []metric{recordsPerSecond, bytesPerSecond, secondsTaken, cpuPerMillion, peakMemory}

// copied is what moving records took.
type copied struct {
	records, bytes int64
	span
	// peak is the largest resident set of the process in its whole life (VmHWM), in bytes.
	peak int64
}

// span is how long something took, and how much CPU the process that did it used meanwhile.
type span struct{ wall, cpu time.Duration }

// values are those of the metrics in copying.
func (c copied) values() values {
	return values{
		recordsPerSecond.name: float64(c.records) / c.wall.Seconds(),
		bytesPerSecond.name:   float64(c.bytes) / 1e6 / c.wall.Seconds(),
		secondsTaken.name:     c.wall.Seconds(),
		cpuPerMillion.name:    c.cpu.Seconds() * 1e6 / float64(c.records),
		peakMemory.name:       float64(c.peak) / 1e6,
	}
}
