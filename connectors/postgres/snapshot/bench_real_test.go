// SPDX-License-Identifier: Apache-2.0

//go:build real

package snapshot

import (
	"context"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

// BenchmarkATableOfNineColumns reads half a million rows, as records that nobody takes: what is left of the time is the server's.
func BenchmarkATableOfNineColumns(b *testing.B) {
	const rows = 500_000
	r := newRig(b)
	r.db.Exec(b, `CREATE TABLE t (id bigint PRIMARY KEY, name text, email text, full_time bool, position text, hired date, salary numeric(10,2), updated timestamptz, created timestamp)`,
		`INSERT INTO t SELECT g, 'name '||g, 'name'||g||'@example.com', g%2=0, 'position '||g%100, date '2020-01-01' + g%1000, g%100000 + 0.5, now(), now() FROM generate_series(1, `+strconv.Itoa(rows)+`) g`, "ANALYZE t")
	for _, threads := range []int{1, 2, 4} {
		b.Run(strconv.Itoa(threads)+" readers", func(b *testing.B) {
			for b.Loop() {
				s, tables := r.open(b, Opening{})
				n := 0
				run := r.run(s, tables, func(_ context.Context, records []connect.SourceRecord, _ int) error { n += len(records); return nil })
				run.Threads = threads
				require.NoError(b, s.Run(b.Context(), run))
				require.Equal(b, rows, n)
				s.Close()
			}
			b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
