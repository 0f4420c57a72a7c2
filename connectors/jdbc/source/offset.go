// SPDX-License-Identifier: Apache-2.0

package source

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/longshore-io/connect"
	"github.com/longshore-io/connect/connectors/jdbc/database"
)

// Fields of source partitions and offsets.
const (
	protocolField     = "protocol"
	tableField        = "table"
	queryField        = "query"
	incrementingField = "incrementing"
	timestampField    = "timestamp"
	nanosField        = "timestamp_nanos"
)

// mark is where reading goes on: the last time and the last number, as far as they are known. The zero value knows nothing. It is an offset of
// the form that Confluent's connector has: the time in milliseconds, and beside it the whole fraction of the second in nanoseconds.
type mark struct {
	at    time.Time
	id    int64
	hasAt bool
	hasID bool
}

// Fields returns what is stored, an empty map where nothing is known yet.
func (m *mark) Fields() map[string]any {
	out := map[string]any{}
	if m.hasID {
		out[incrementingField] = m.id
	}
	if m.hasAt {
		out[timestampField], out[nanosField] = m.at.UnixMilli(), int64(m.at.Nanosecond())
	}
	return out
}

// markOf reads a stored offset. Without nanoseconds the time is exact to the millisecond.
func markOf(stored map[string]any) (mark, error) {
	var m mark
	var err error
	if m.id, m.hasID, err = whole(stored, incrementingField); err != nil {
		return m, err
	}
	ms, hasAt, err := whole(stored, timestampField)
	if err != nil || !hasAt {
		return m, err
	}
	m.at, m.hasAt = time.UnixMilli(ms).UTC(), true
	nanos, hasNanos, err := whole(stored, nanosField)
	if err != nil {
		return m, err
	}
	if hasNanos {
		m.at = time.Unix(m.at.Unix(), nanos).UTC()
	}
	return m, nil
}

// whole takes the types that JSON's integers come as.
func whole(fields map[string]any, name string) (int64, bool, error) {
	switch n := fields[name].(type) {
	case nil:
		return 0, false, nil
	case int64:
		return n, true, nil
	case int:
		return int64(n), true, nil
	case int32:
		return int64(n), true, nil
	case float64:
		if n == float64(int64(n)) {
			return int64(n), true, nil
		}
	case json.Number:
		if v, err := n.Int64(); err == nil {
			return v, true, nil
		}
	case string:
		if v, err := strconv.ParseInt(n, 10, 64); err == nil {
			return v, true, nil
		}
	}
	return 0, false, connect.Errorf(connect.Fatal, "the stored offset %v has no whole number as %s: reset the connector's offsets, or alter them", fields, name)
}

// partitions are those that a table's offset may be stored under, the one that is written first. Those after it come from older versions of the
// connector: one knew tables by their bare names, and one had the name of a PostgreSQL database in front.
func partitions(dialect database.Dialect, id database.TableID, catalog string) []*connect.Partition {
	out := []*connect.Partition{versioned(id.String()), bare(id)}
	if dialect == database.PostgreSQL && id.Catalog == "" && catalog != "" {
		id.Catalog = catalog
		out = append(out, versioned(id.String()))
	}
	return out
}

func versioned(table string) *connect.Partition {
	return connect.MustPartition(map[string]any{protocolField: "1", tableField: table})
}

// bare is the older form, which whole tables still have.
func bare(id database.TableID) *connect.Partition {
	return connect.MustPartition(map[string]any{tableField: id.Name})
}

func ofQuery() *connect.Partition {
	return connect.MustPartition(map[string]any{queryField: queryField})
}

// stored reads where a partition goes on, and whether anything is stored at all.
func stored(ctx context.Context, offsets connect.OffsetReader, list []*connect.Partition) (mark, bool, error) {
	for _, p := range list {
		fields, err := offsets.Offset(ctx, p)
		if err != nil {
			return mark{}, false, fmt.Errorf("read the stored offset of partition %s: %w", p, err)
		}
		if fields == nil {
			continue
		}
		m, err := markOf(fields)
		if err != nil {
			return mark{}, false, fmt.Errorf("go on with partition %s: %w", p, err)
		}
		return m, true, nil
	}
	return mark{}, false, nil
}
