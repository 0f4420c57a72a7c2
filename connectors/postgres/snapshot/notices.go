// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/postgres/event"
)

// Notices make notifications of snapshots, in Debezium's words. A nil *Notices makes none.
type Notices struct {
	// Builder makes the records.
	Builder *event.Builder
	// Connector is the topic prefix.
	Connector string
	// NewID makes an id for a notification that no signal caused.
	NewID func() string
	// Log is called with each notification; nil for nobody.
	Log func(n event.Notification)
}

// The aggregates of notifications.
const (
	initialAggregate     = "Initial Snapshot"
	incrementalAggregate = "Incremental Snapshot"
)

// Initial returns the notification of a step of the snapshot at start, nil where nobody is told: STARTED, COMPLETED, ABORTED or SKIPPED.
func (n *Notices) Initial(step string) *event.Notification {
	if n == nil {
		return nil
	}
	return n.of(initialAggregate, step, n.NewID())
}

func (n *Notices) of(aggregate, step, id string, data ...string) *event.Notification {
	out := &event.Notification{ID: id, Aggregate: aggregate, Type: step, Data: []connect.Parameter{{Name: "connector_name", Value: n.Connector}}}
	for i := 0; i+1 < len(data); i += 2 {
		out.Data = append(out.Data, connect.Parameter{Name: data[i], Value: data[i+1]})
	}
	return out
}

func (n *Notices) tableBegins(tables []Table, table string) *event.Notification {
	if n == nil {
		return nil
	}
	return n.of(initialAggregate, "IN_PROGRESS", n.NewID(), "data_collections", names(tables), "current_collection_in_progress", table)
}

func (n *Notices) tableEnds(tables []Table, table string, rows int64) *event.Notification {
	if n == nil {
		return nil
	}
	status := "SUCCEEDED"
	if rows == 0 {
		status = "EMPTY"
	}
	return n.of(initialAggregate, "TABLE_SCAN_COMPLETED", n.NewID(), "data_collections", names(tables), "scanned_collection", table,
		"total_rows_scanned", strconv.FormatInt(rows, 10), "status", status)
}

// names are those of all tables, as notifications list them.
func names(tables []Table) string {
	out := make([]string, len(tables))
	for i := range tables {
		out[i] = tables[i].Def.String()
	}
	return strings.Join(out, ", ")
}

// Records makes the records of a notification, which may be nil.
func (n *Notices) Records(notice *event.Notification, at *event.Position) []connect.SourceRecord {
	if n == nil || notice == nil {
		return nil
	}
	return n.records(*notice, at)
}

func (n *Notices) records(notice event.Notification, at *event.Position) []connect.SourceRecord {
	if n.Log != nil {
		n.Log(notice)
	}
	return n.Builder.Notification(nil, notice, at)
}
