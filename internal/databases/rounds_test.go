// SPDX-License-Identifier: Apache-2.0

//go:build real

package databases

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// roundsVariable says how often the long tests do what they repeat, seedVariable repeats a run's random choices.
	roundsVariable = "LONGSHORE_ROUNDS"
	seedVariable   = "LONGSHORE_SEED"
	// fewRounds is for runs that nobody wants to wait long for.
	fewRounds = 3
)

func rounds(t *testing.T) int {
	t.Helper()
	return int(fromEnvironment(t, roundsVariable, fewRounds))
}

// seeded returns a source of random numbers and prints how to get the same ones again.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := fromEnvironment(t, seedVariable, rand.Uint64())
	t.Logf("%s=%d", seedVariable, seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func fromEnvironment(t *testing.T, variable string, otherwise uint64) uint64 {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.ParseUint(text, 10, 64)
	require.NoError(t, err, "%s is not a number", variable)
	return n
}

// pass lets time go by, in which something is to happen by itself.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}
