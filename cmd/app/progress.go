// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	connect "github.com/longshore-io/connect"
	"github.com/longshore-io/connect/actors"
)

// progressEvery is the time between two drawings of the progress lines.
const progressEvery = time.Second

// moved is what the tasks of one connector together have moved; lag is -1 where none is known.
type moved struct{ records, lag int64 }

// perConnector adds up tasks.
func perConnector(tasks map[connect.TaskID]actors.Progress) map[string]moved {
	sums := map[string]moved{}
	for id, p := range tasks {
		sum, known := sums[id.Connector]
		if !known {
			sum.lag = -1
		}
		sum.records += p.Records
		if p.Lag >= 0 {
			sum.lag = max(sum.lag, 0) + p.Lag
		}
		sums[id.Connector] = sum
	}
	return sums
}

// progressLines shows each connector on a line, in the order of their names: records, records per second since the last
// look, and the lag of a sink.
func progressLines(before, now map[string]moved, since time.Duration) []string {
	names := slices.Sorted(maps.Keys(now))
	longest := 0
	for _, name := range names {
		longest = max(longest, utf8.RuneCountInString(name))
	}
	lines := make([]string, len(names))
	for i, name := range names {
		sum := now[name]
		rate := rateOf(sum.records-before[name].records, since)
		lines[i] = fmt.Sprintf("%-*s  %15s records  %12s/s", longest, name, grouped(sum.records), grouped(rate))
		if sum.lag >= 0 {
			lines[i] += fmt.Sprintf("  lag %s", grouped(sum.lag))
		}
	}
	return lines
}

// rateOf is 0 for a count that has gone back: the connector was made anew meanwhile.
func rateOf(records int64, since time.Duration) int64 {
	if since <= 0 || records < 0 {
		return 0
	}
	return int64(float64(records)/since.Seconds() + 0.5)
}

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// showProgress draws the progress lines until stop is closed, and then takes them away.
func showProgress(c *console, meters *actors.Meters, stop <-chan struct{}) {
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	before, at := perConnector(meters.Progress()), time.Now()
	for {
		select {
		case <-stop:
			c.show(nil)
			return
		case tick := <-ticker.C:
			now := perConnector(meters.Progress())
			c.show(progressLines(before, now, tick.Sub(at)))
			before, at = now, tick
		}
	}
}
