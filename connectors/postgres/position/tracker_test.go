// SPDX-License-Identifier: Apache-2.0

package position

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// logged is a message of a simulated log, as the server would send it.
type logged struct {
	kind  string // of messages of offsets, or "alone" for a message of no transaction
	lsn   LSN
	final LSN
	xid   uint32
	name  string // of the event
}

// simulated draws transactions that overlap in the log, and returns what the server sends for them: whole transactions in the order of commits, and messages of none in
// between. Changes may share LSNs, and a message has the LSN of the change after it.
func simulated(t *rapid.T) []logged {
	type tx struct {
		xid     uint32
		changes []logged
	}
	var open []*tx
	var out []logged
	lsn, xid, event := LSN(1000), uint32(700), 0
	name := func() string { event++; return fmt.Sprintf("e%d", event) }
	for range rapid.IntRange(1, 60).Draw(t, "steps") {
		lsn += LSN(rapid.IntRange(8, 40).Draw(t, "gap"))
		switch step := rapid.IntRange(0, 9).Draw(t, "step"); {
		case step == 0 || len(open) == 0:
			xid++
			open = append(open, &tx{xid: xid, changes: []logged{{kind: Insert, lsn: lsn, name: name()}}})
		case step == 1:
			out = append(out, logged{kind: "alone", lsn: lsn, name: name()})
		case step <= 3:
			at := rapid.IntRange(0, len(open)-1).Draw(t, "which")
			done := open[at]
			open = append(open[:at:at], open[at+1:]...)
			out = append(out, logged{kind: Begin, lsn: done.changes[0].lsn, final: lsn, xid: done.xid})
			out = append(out, done.changes...)
			lsn += 48
			out = append(out, logged{kind: Commit, lsn: lsn})
		case step == 4:
			of := open[rapid.IntRange(0, len(open)-1).Draw(t, "which")]
			of.changes = append(of.changes, logged{kind: Message, lsn: lsn, name: name()}, logged{kind: Update, lsn: lsn, name: name()})
		default:
			of := open[rapid.IntRange(0, len(open)-1).Draw(t, "which")]
			for range rapid.IntRange(1, 3).Draw(t, "copied") {
				of.changes = append(of.changes, logged{kind: Insert, lsn: lsn, name: name()})
			}
		}
	}
	return out
}

// sent is what the server sends to a stream that starts at a position: transactions that commit from there on, from their first change.
func sent(log []logged, start LSN) []logged {
	var out []logged
	for i := 0; i < len(log); i++ {
		m := log[i]
		if m.kind == "alone" {
			if m.lsn > start {
				out = append(out, m)
			}
			continue
		}
		end := i
		for log[end].kind != Commit {
			end++
		}
		if m.final >= start {
			out = append(out, log[i:end+1]...)
		}
		i = end
	}
	return out
}

// event is one with the offset that it is stored with.
type event struct {
	name   string
	offset Offset
}

// follow has a tracker take messages, and returns the events that are news, with BEGIN and END where they are asked for.
func follow(tr *Tracker, messages []logged, metadata bool) (out []event) {
	emit := func(name string, in string) {
		o := tr.Offset
		o.Transaction = in
		out = append(out, event{name, o})
	}
	xid := ""
	for _, m := range messages {
		switch m.kind {
		case Begin:
			news := tr.Begin(m.lsn, m.final, 5, m.xid)
			if xid = ""; metadata {
				xid = fmt.Sprint(m.xid)
			}
			if news && metadata {
				emit("begin "+xid, xid)
			}
		case Commit:
			if tr.Commit(m.lsn) && metadata {
				emit("end "+xid, "")
			}
			xid = ""
		case Message, "alone":
			if tr.Emitted(m.lsn, m.kind == Message) {
				emit(m.name, xid)
			}
		default:
			if tr.Change(m.lsn, m.kind) {
				emit(m.name, xid)
			}
		}
	}
	return out
}

// After a restart at any event, as often as there is one, each event comes once and in order.
func TestNoEventIsLostOrRepeatedWhereverTheConnectorStops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := simulated(t)
		metadata := rapid.Bool().Draw(t, "metadata")
		var want []string
		for _, e := range follow(Track(Offset{}), log, metadata) {
			want = append(want, e.name)
		}
		var got []string
		var stored Offset
		for range 200 {
			tr := Track(stored)
			events := follow(tr, sent(log, stored.Start()), metadata)
			if len(events) == 0 {
				break
			}
			n := rapid.IntRange(1, len(events)).Draw(t, "until")
			for _, e := range events[:n] {
				got = append(got, e.name)
			}
			fields := events[n-1].offset.Fields()
			if metadata && events[n-1].offset.Transaction != "" {
				fields["transaction_id"] = events[n-1].offset.Transaction
			}
			text, err := json.Marshal(fields)
			require.NoError(t, err)
			var read map[string]any
			require.NoError(t, json.Unmarshal(text, &read))
			before := stored
			stored, err = Load(read)
			require.NoError(t, err)
			require.GreaterOrEqual(t, stored.Start(), before.Start(), "the start never goes back")
			require.LessOrEqual(t, stored.Confirmable(), stored.Start(), "the slot is never confirmed beyond where the stream would start")
			require.NoError(t, Check(stored, &Slot{Confirmed: stored.Confirmable()}))
		}
		require.Equal(t, want, got)
	})
}

// A connection that breaks while known messages come again must not bring the offset back.
func TestTheOffsetNeverGoesBackWhileMessagesComeAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := simulated(t)
		events := follow(Track(Offset{}), log, false)
		if len(events) == 0 {
			return
		}
		stored := events[rapid.IntRange(0, len(events)-1).Draw(t, "stored")].offset
		again := sent(log, stored.Start())
		tr := Track(stored)
		cut := rapid.IntRange(0, len(again)).Draw(t, "cut")
		got := follow(tr, again[:cut], false)
		var names []string
		for _, e := range append(got, follow(Track(tr.Offset), sent(log, tr.Start()), false)...) {
			names = append(names, e.name)
		}
		var want []string
		for _, e := range follow(Track(stored), again, false) {
			want = append(want, e.name)
		}
		require.Equal(t, want, names)
	})
}

func TestAnEventKnowsItsOwnPlaceAndTheCommitBefore(t *testing.T) {
	tr := Track(Offset{LSN: 5, Snapshot: InitialSnapshot, Completed: true})
	require.True(t, tr.Begin(10, 30, 77, 700))
	require.Equal(t, Offset{LSN: 10, MessageType: Begin, TxID: 700, Time: 77, Timed: true}, tr.Offset)
	require.True(t, tr.Change(10, Insert))
	require.Equal(t, Offset{LSN: 10, Processed: 10, MessageType: Insert, TxID: 700, Time: 77, Timed: true, AtLSN: 1}, tr.Offset)
	require.True(t, tr.Commit(40))
	require.Equal(t, Offset{LSN: 40, Processed: 40, Committed: 40, MessageType: Commit, TxID: 700, Time: 77, Timed: true}, tr.Offset)
	require.True(t, tr.Begin(40, 60, 78, 701))
	require.True(t, tr.Change(40, Update))
	require.Equal(t, LSN(40), tr.Committed)
	require.True(t, tr.Emitted(50, true))
	require.Equal(t, LSN(40), tr.Processed, "a message of a transaction does not move it")
	require.True(t, tr.Inside())
	require.True(t, tr.Commit(70))
	require.True(t, tr.Emitted(90, false))
	require.Equal(t, Offset{LSN: 90, Processed: 90, Committed: 90, MessageType: Message, Time: 78, Timed: true}, tr.Offset)
}

// Offsets of Debezium do not count the changes at an LSN: one is taken for done.
func TestAnOffsetOfDebeziumGoesOnBehindItsEvent(t *testing.T) {
	tr := Track(Offset{LSN: 20, Processed: 20, Committed: 8, MessageType: Update, TxID: 700, Timed: true})
	require.True(t, tr.Midway(), "the rest of the transaction is still to come")
	require.True(t, tr.Begin(10, 30, 77, 700))
	require.False(t, tr.Change(10, Insert))
	require.False(t, tr.Change(20, Update))
	require.True(t, tr.Change(25, Delete))
	require.True(t, tr.Midway())
	require.True(t, tr.Commit(38))
	require.False(t, tr.Midway())
	none := Track(Offset{LSN: 20, Processed: 20, Committed: 8, TxID: 700})
	require.True(t, none.Begin(10, 30, 77, 700))
	require.True(t, none.Change(20, Update), "without a kind of message the event is not known to be done")
}
