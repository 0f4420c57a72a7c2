// SPDX-License-Identifier: Apache-2.0

package position

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOffsetsHaveDebeziumsForm(t *testing.T) {
	cases := map[string]struct {
		offset Offset
		want   string
	}{
		"a row of a snapshot": {Offset{LSN: 25416176, TxID: 740, Time: 1795393357000000, Timed: true, Snapshot: InitialSnapshot},
			`{"last_snapshot_record":false,"lsn":25416176,"txId":740,"ts_usec":1795393357000000,"snapshot":"INITIAL","snapshot_completed":false}`},
		"its last row": {Offset{LSN: 25416176, TxID: 740, Time: 5, Timed: true, Snapshot: InitialSnapshot, LastRow: true, Completed: true},
			`{"last_snapshot_record":true,"lsn":25416176,"txId":740,"ts_usec":5,"snapshot":"INITIAL","snapshot_completed":true}`},
		"a heartbeat after it": {Offset{LSN: 7, TxID: 8, Time: 9, Timed: true}, `{"lsn":7,"txId":8,"ts_usec":9}`},
		"the first change": {Offset{Processed: 7, MessageType: Insert, LSN: 7, TxID: 8, Time: 9, Timed: true, AtLSN: 1},
			`{"lsn_proc":7,"messageType":"INSERT","lsn":7,"txId":8,"ts_usec":9}`},
		"a change": {Offset{Processed: 7, MessageType: Insert, Committed: 6, LSN: 7, TxID: 8, Time: 9, Timed: true},
			`{"lsn_proc":7,"messageType":"INSERT","lsn_commit":6,"lsn":7,"txId":8,"ts_usec":9}`},
		"a row that was copied in": {Offset{Processed: 7, MessageType: Insert, LSN: 7, TxID: 8, Time: 9, Timed: true, AtLSN: 3},
			`{"lsn_proc":7,"messageType":"INSERT","lsn":7,"txId":8,"ts_usec":9,"longshore.events_at_lsn":3}`},
		"with xmin and an incremental snapshot": {Offset{LSN: 7, Xmin: 4, Incremental: map[string]any{"incremental_snapshot_correlation_id": "x"}},
			`{"lsn":7,"xmin":4,"incremental_snapshot_correlation_id":"x"}`},
		"a snapshot that can go on": {Offset{LSN: 7, Snapshot: InitialSnapshot, Progress: "p"},
			`{"lsn":7,"last_snapshot_record":false,"snapshot":"INITIAL","snapshot_completed":false,"longshore.snapshot_progress":"p"}`},
		"nothing": {Offset{}, `{}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(c.offset.Fields())
			require.NoError(t, err)
			require.JSONEq(t, c.want, string(got))
			loaded, err := Load(c.offset.Fields())
			require.NoError(t, err)
			if c.offset.AtLSN == 1 {
				c.offset.AtLSN = 0 // one is not stored
			}
			require.Equal(t, c.offset, loaded)
		})
	}
}

func TestOffsetsAreReadWithLeniency(t *testing.T) {
	o, err := Load(map[string]any{"lsn": int32(5), "lsn_proc": float64(6), "txId": json.Number("7"), "ts_usec": nil, "lsn_commit": 4, "who": []any{}})
	require.NoError(t, err)
	require.Equal(t, Offset{LSN: 5, Processed: 6, Committed: 4, TxID: 7}, o)

	for stored, want := range map[any]string{true: InitialSnapshot, false: "", "INITIAL": InitialSnapshot, "blocking": BlockingSnapshot, "INCREMENTAL": "", "true": InitialSnapshot, nil: ""} {
		o, err := Load(map[string]any{"snapshot": stored})
		require.NoError(t, err)
		require.Equal(t, want, o.Snapshot, "%v", stored)
	}
	for key, wrong := range map[string]any{"lsn": "x", "lsn_proc": 1.5, "txId": true, "messageType": 4, "snapshot": "SOMETIMES", "snapshot_completed": 1} {
		_, err := Load(map[string]any{key: wrong})
		require.ErrorContains(t, err, key)
	}
	negative := Offset{LSN: LSN(1 << 63)}
	require.Equal(t, int64(-1<<63), negative.Fields()["lsn"], "LSNs are signed in offsets")
}

func TestASnapshotThatWasReadIsOver(t *testing.T) {
	done := Offset{LSN: 5, Snapshot: InitialSnapshot, Completed: true}
	require.False(t, done.Interrupted())
	require.Equal(t, Offset{LSN: 5, Timed: true}, done.Resumed())
	under := Offset{LSN: 5, Snapshot: InitialSnapshot}
	require.True(t, under.Interrupted())
	blocking := Offset{LSN: 5, Snapshot: BlockingSnapshot}
	require.False(t, blocking.Interrupted(), "the stream goes on, and such a snapshot is not read again")
	require.Equal(t, LSN(9), Offset{Processed: 9}.Resumed().Committed)
}

func TestLSNsArePrintedAsTheServerDoes(t *testing.T) {
	for text, want := range map[string]LSN{"0/0": 0, "0/16B3748": 0x16B3748, "FF/FFFFFFFF": 0xFFFFFFFFFF, "": 0} {
		got, err := ParseLSN(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
		if text != "" {
			require.Equal(t, text, got.String())
		}
	}
	for _, wrong := range []string{"16", "x/1", "1/x", "1/100000000"} {
		_, err := ParseLSN(wrong)
		require.Error(t, err, wrong)
	}
}

func TestASlotHasWhatFollowsTheOffsetOrIsRefused(t *testing.T) {
	at := func(confirmed LSN) *Slot { return &Slot{Name: "s", Confirmed: confirmed, Restart: 10} }
	cases := map[string]struct {
		offset Offset
		slot   *Slot
		want   string
	}{
		"confirmed up to the commit":            {Offset{Committed: 50, Processed: 60, MessageType: Insert}, at(50), ""},
		"behind":                                {Offset{Committed: 50}, at(20), ""},
		"in the midst of a transaction":         {Offset{Committed: 50, Processed: 60, MessageType: Insert}, at(60), ""},
		"after a snapshot":                      {Offset{LSN: 40}, at(40), ""},
		"an offset without a position":          {Offset{}, at(99), ""},
		"ahead of the commit":                   {Offset{Committed: 50, Processed: 50, MessageType: Commit}, at(51), "confirmed up to 0/33 (lsn 51)"},
		"ahead of a change":                     {Offset{Committed: 50, Processed: 60, MessageType: Insert}, at(61), "from log position 0/3C (lsn 60 "},
		"ahead of a snapshot":                   {Offset{LSN: 40}, at(41), "Choose: set snapshot.mode to when_needed"},
		"gone":                                  {Offset{LSN: 40}, nil, "does not exist"},
		"given up":                              {Offset{LSN: 40}, &Slot{Name: "s", Confirmed: 40, Lost: "wal_removed"}, "invalidated the replication slot s (wal_removed)"},
		"never confirmed, and begins too late":  {Offset{LSN: 5}, at(0), "begins at 0/A"},
		"never confirmed, and begins in time":   {Offset{LSN: 10}, at(0), ""},
		"behind the end of the log":             {Offset{Committed: 50, Processed: 50}, &Slot{Name: "s", Confirmed: 20, LogEnd: 50}, ""},
		"of another log":                        {Offset{Committed: 50, Processed: 60}, &Slot{Name: "s", Confirmed: 20, LogEnd: 59}, "the server's log ends at 0/3B (lsn 59)"},
		"a snapshot at the end of the log":      {Offset{LSN: 60}, &Slot{Name: "s", Confirmed: 20, LogEnd: 59}, ""},
		"ahead of an interrupted first message": {Offset{LSN: 40, Processed: 40, MessageType: Insert}, at(41), "are lost to it"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			err := Check(c.offset, c.slot)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			var lost *LostError
			require.ErrorAs(t, err, &lost)
			require.ErrorContains(t, err, c.want)
		})
	}
}
