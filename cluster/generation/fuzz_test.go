// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzReader has a reader read a share of "a" and a head that are anything. What it installs, if anything, can be written and read
// again.
func FuzzReader(f *testing.F) {
	for _, records := range [][]Record{
		Encode(State{}, State{Number: 3, Workers: map[string]Worker{"a": {"x", 3, 0}}, Grants: map[Unit]Grant{
			{"db", 0}: {Worker: "a", Since: 2, Fence: []string{"b"}}, {"db", Instance}: {Worker: "a", Since: 2, Revoked: 3}},
			Lost: map[Unit][]string{{"db", 1}: {"c"}}}),
		Encode(State{}, State{Number: 3, Workers: map[string]Worker{"a": {"x", 3, 0}}}),
	} {
		f.Add(records[0].Value, records[1].Value)
	}
	f.Add([]byte(`{"v":1,"worker":"a","parts":1,"run":[{"tasks":{"1":[0,0]}},{"instance":5}]}`), []byte(`{"v":1,"generation":1,"workers":{"a":{"parts":1}}}`))
	f.Add([]byte(`{"v":2}`), []byte(`{"v":1,"generation":-5,"workers":{"a":{"parts":9999999999}}}`))
	f.Add([]byte(nil), []byte(nil))
	f.Fuzz(func(t *testing.T, share, head []byte) {
		r := NewReader()
		_, _ = r.Apply(Record{"longshore-assignment-a", share})
		installed, err := r.Apply(Record{"longshore-generation", head})
		if err != nil {
			require.Nil(t, installed)
			require.Equal(t, State{}, r.State())
			return
		}
		if len(head) == 0 {
			return
		}
		require.Equal(t, *installed, r.State())
		for unit, grant := range installed.Grants {
			require.Contains(t, installed.Workers, grant.Worker)
			require.Positive(t, grant.Since, "%v", unit)
		}
		again := NewReader()
		var state *State
		for _, record := range Encode(State{}, anew(*installed)) {
			state, err = again.Apply(record)
			require.NoError(t, err)
		}
		require.Equal(t, installed.Grants, state.Grants)
		require.Equal(t, installed.Lost, state.Lost)
	})
}

func FuzzDecodeStatus(f *testing.F) {
	record := presence().Record()
	f.Add(record.Key, record.Value)
	record = RollCall{Nonce: "n", By: "b", Asks: []string{"c"}}.Record()
	f.Add(record.Key, record.Value)
	f.Add("longshore-worker-", []byte(`{"v":7,"speaks":[1]}`))
	f.Add("other", []byte(nil))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		got, err := DecodeStatus(key, value)
		if err != nil {
			require.Nil(t, got)
			return
		}
		if p, is := got.(Presence); is {
			require.True(t, strings.HasSuffix(key, p.Worker))
			require.NotEmpty(t, p.Record().Value)
		}
	})
}

func FuzzDecodeKey(f *testing.F) {
	f.Add(KeyRecord(Keys{[]byte("hush")}).Value)
	f.Add([]byte(`{"v":1,"keys":[null,"AA=="]}`))
	f.Fuzz(func(t *testing.T, value []byte) {
		keys, err := DecodeKey(value)
		if err != nil {
			require.Nil(t, keys)
			return
		}
		again, err := DecodeKey(KeyRecord(keys).Value)
		require.NoError(t, err)
		require.Equal(t, len(keys), len(again))
	})
}
