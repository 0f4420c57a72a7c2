// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// large is a cluster with 10,000 tasks on 100 workers, of which one's share has changed.
func large() State {
	s := State{Number: 9, Version: 1, Workers: map[string]Worker{}, Grants: map[Unit]Grant{}, Lost: map[Unit][]string{}}
	for w := range 100 {
		id := fmt.Sprintf("worker-%02d:8083", w)
		s.Workers[id] = Worker{Boot: "x", Generation: 8, Parts: 1}
		for c := range 100 {
			s.Grants[Unit{fmt.Sprintf("connector-%02d", c), w}] = Grant{Worker: id, Boot: "x", Since: 8}
		}
	}
	s.Workers["worker-42:8083"] = Worker{Boot: "x", Generation: 9}
	return s
}

func BenchmarkEncodeOneOfAHundredWorkers(b *testing.B) {
	s := large()
	for b.Loop() {
		Encode(s, s)
	}
}

func BenchmarkApplyAHeadOfTenThousandTasks(b *testing.B) {
	s := large()
	s.Number = 8
	records := Encode(State{}, anew(s))
	for b.Loop() {
		r := NewReader()
		for _, record := range records {
			_, err := r.Apply(record)
			require.NoError(b, err)
		}
	}
}

func TestOnlySharesThatHaveChangedAreWritten(t *testing.T) {
	records := Encode(large(), large())
	require.Len(t, records, 2)
	require.Equal(t, "longshore-assignment-worker-42:8083", records[0].Key)
	require.Less(t, len(records[0].Value)+len(records[1].Value), 20_000)
}
