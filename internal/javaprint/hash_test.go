// SPDX-License-Identifier: Apache-2.0

package javaprint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/javaprint"
)

func TestHashesTextsAsJavaDoes(t *testing.T) {
	for text, hash := range map[string]uint32{"": 0, "acks": 2988298, "é": 233, "\U0001f600": 1772899} {
		require.Equal(t, hash, javaprint.HashString(text), text)
	}
}

func TestOrdersTextsAsACopyOfAHashMapDoes(t *testing.T) {
	keys := []string{"alpha", "b1", "b2", "b3", "zeta"}
	javaprint.SortAsCopiedHashMap(keys)
	require.Equal(t, []string{"b2", "zeta", "b3", "alpha", "b1"}, keys, "a table of eight")
	keys = []string{"alpha", "b1", "zeta"}
	javaprint.SortAsCopiedHashMap(keys)
	require.Equal(t, []string{"zeta", "alpha", "b1"}, keys)
}

func TestOrdersTextsAsAHashMapDoes(t *testing.T) {
	keys := []string{"converter.type", "schemas.enable", "schemas.cache.size", "decimal.format", "replace.null.with.default"}
	javaprint.SortAsHashMap(keys)
	require.Equal(t, []string{"decimal.format", "converter.type", "schemas.cache.size", "replace.null.with.default", "schemas.enable"}, keys)
}
