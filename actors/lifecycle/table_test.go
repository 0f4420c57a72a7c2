// SPDX-License-Identifier: Apache-2.0

package lifecycle

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEveryEventIsKnownInEveryPhase(t *testing.T) {
	for phase, row := range table {
		for kind, transition := range row {
			assert.NotNil(t, transition, "%s in %s", EventKind(kind), Phase(phase))
		}
	}
}

func TestEverythingHasAName(t *testing.T) {
	for p := range phases {
		assert.NotEmpty(t, Phase(p).String())
	}
	for k := range eventKinds {
		assert.NotEmpty(t, EventKind(k).String())
	}
	for k := Spawn; k <= Released; k++ {
		assert.NotEmpty(t, k.String())
	}
}
