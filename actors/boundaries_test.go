// SPDX-License-Identifier: Apache-2.0

package actors

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func TestTransactionsEndWhereTheConfigurationSays(t *testing.T) {
	start := time.Unix(1000, 0)
	for name, c := range map[string]struct {
		props map[string]string
		after time.Duration // since the last end
		want  ending
		left  time.Duration
		timed bool
	}{
		"with each poll by default":        {props: map[string]string{}, want: commitIt},
		"with each poll":                   {props: boundaryProps("POLL"), want: commitIt},
		"an interval that is not over":     {props: boundaryProps("Interval", "500"), after: 499 * time.Millisecond, want: goOn, left: time.Millisecond, timed: true},
		"an interval that is over":         {props: boundaryProps("interval", "500"), after: 500 * time.Millisecond, want: commitIt, timed: true},
		"the worker's interval":            {props: boundaryProps("interval"), after: 9 * time.Second, want: goOn, left: time.Second, timed: true},
		"an interval that is long over":    {props: boundaryProps("interval", " 1 "), after: time.Hour, want: commitIt, timed: true},
		"an interval of nothing":           {props: boundaryProps("interval", "0"), want: commitIt},
		"where the connector says nothing": {props: boundaryProps("connector"), after: time.Hour, want: goOn},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := boundariesOf(c.props, 10*time.Second)
			require.NoError(t, err)
			b.begin(start)
			now := start.Add(c.after)
			left, timed := b.left(now)
			assert.Equal(t, c.timed, timed)
			assert.Equal(t, c.left, left)
			got, err := b.afterBatch(now)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestTheIntervalBeginsAnewWithEachEnd(t *testing.T) {
	b, err := boundariesOf(boundaryProps("interval", "100"), 0)
	require.NoError(t, err)
	at := time.Unix(0, 0)
	b.begin(at)
	var ends []int
	for ms := 0; ms < 400; ms += 60 {
		if how, _ := b.afterBatch(at.Add(time.Duration(ms) * time.Millisecond)); how == commitIt {
			ends = append(ends, ms)
		}
	}
	assert.Equal(t, []int{120, 240, 360}, ends)
}

func TestWhatIsLeftOpenIsCommittedAtTheEndUnlessTheConnectorDecides(t *testing.T) {
	for kind, want := range map[string]ending{"poll": commitIt, "interval": commitIt, "connector": goOn} {
		b, err := boundariesOf(boundaryProps(kind), time.Hour)
		require.NoError(t, err)
		got, err := b.finally()
		require.NoError(t, err)
		assert.Equal(t, want, got, kind)
	}
	b, _ := boundariesOf(boundaryProps("connector"), time.Hour)
	b.asked.Commit()
	got, err := b.finally()
	require.NoError(t, err)
	assert.Equal(t, commitIt, got, "it was asked for")
	got, _ = b.finally()
	assert.Equal(t, goOn, got, "once")
}

func TestAWrongBoundaryIsRefused(t *testing.T) {
	for _, props := range []map[string]string{boundaryProps("record"), boundaryProps("interval", "soon"), boundaryProps("interval", "-1")} {
		_, err := boundariesOf(props, time.Second)
		var wrong *connect.ConfigError
		assert.ErrorAs(t, err, &wrong)
	}
}

func TestATaskEndsTransactionsAfterRecords(t *testing.T) {
	records := make([]connect.SourceRecord, 4)
	a := &askedBoundaries{}
	a.CommitAfter(&records[2])
	a.AbortAfter(&records[0])
	cuts, err := a.cuts(records)
	require.NoError(t, err)
	assert.Equal(t, []cut{{1, abortIt}, {3, commitIt}}, cuts)
	cuts, err = a.cuts(records)
	require.NoError(t, err)
	assert.Empty(t, cuts, "it was asked for once")
}

func TestATaskThatAsksForWhatCannotBeFails(t *testing.T) {
	records := []connect.SourceRecord{{Record: connect.Record{Topic: "t"}}}
	a := &askedBoundaries{}
	a.Commit()
	a.Abort()
	_, err := a.batch()
	require.EqualError(t, err, "Connector requested both commit and abort of same transaction")
	a.CommitAfter(&records[0])
	a.AbortAfter(&records[0])
	_, err = a.cuts(records)
	require.EqualError(t, err, "Connector requested both commit and abort of same record against topic/partition t/null")
	cuts, err := a.cuts(nil)
	require.NoError(t, err)
	require.Empty(t, cuts, "a poll that returns nothing has asked for nothing")
	a = &askedBoundaries{}
	stray := records[0]
	a.CommitAfter(&stray)
	_, err = a.cuts(records)
	require.ErrorContains(t, err, "after a record that Poll has not returned")
}
