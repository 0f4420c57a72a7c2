// SPDX-License-Identifier: Apache-2.0

//go:build kafka || real

package e2e

import (
	"maps"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// stores has key stores; its README tells how they were made, and their passwords.
var stores = filepath.Join("..", "kafkaconfig", "testdata", "stores")

// merged has the properties of both, those of b where both have one.
func merged(a, b map[string]string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, a)
	maps.Copy(out, b)
	return out
}

// absolute is the path of a key store.
func absolute(t *testing.T, store string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(stores, store))
	require.NoError(t, err)
	return path
}
