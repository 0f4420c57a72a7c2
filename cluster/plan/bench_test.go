// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/cluster/generation"
)

// large is a cluster at rest with 10,000 tasks of 100 connectors on 100 workers.
func large(t testing.TB) Input {
	work := connectors{}
	ids := make([]string, 0, 100)
	for i := range 100 {
		work[fmt.Sprintf("connector-%02d", i)] = 100
		ids = append(ids, fmt.Sprintf("worker-%02d:8083", i))
	}
	in := Input{Work: work, Members: members(ids...)}
	next, changed := Next(in)
	require.True(t, changed)
	in.State = next
	return in
}

func BenchmarkTenThousandTasksOnAHundredWorkers(b *testing.B) {
	rest := large(b)
	first := rest
	first.State = generation.State{}
	dead := rest
	dead.Dead = processes("worker-42:8083")
	joins := rest
	joins.Members = members("worker-new:8083")
	for id, boot := range rest.Members {
		joins.Members[id] = boot
	}
	for name, in := range map[string]Input{"first": first, "nothing": rest, "dead": dead, "joins": joins} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Next(in)
			}
		})
	}
}
