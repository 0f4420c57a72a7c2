// SPDX-License-Identifier: Apache-2.0

package javaprint_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect/internal/javaprint"
)

func TestHashesTextsAsJavaDoes(t *testing.T) {
	for text, hash := range map[string]uint32{"": 0, "acks": 2988298, "é": 233, "\U0001f600": 1772899} {
		require.Equal(t, hash, javaprint.HashString(text), text)
	}
}

func TestHashesWhatJavaBoxes(t *testing.T) {
	for _, c := range []struct {
		value any
		hash  uint32
	}{
		{nil, 0}, {"acks", 2988298}, {true, 1231}, {false, 1237}, {int8(-1), math.MaxUint32}, {int16(300), 300}, {int32(-1), math.MaxUint32},
		{int64(-1), 0}, {int64(1) << 32, 1}, {float32(1.5), 1069547520}, {1.5, 1073217536}, {math.NaN(), 2146959360}, {float32(math.NaN()), 2143289344},
	} {
		hash, known := javaprint.HashOf(c.value)
		require.True(t, known)
		require.Equal(t, c.hash, hash, "%T %v", c.value, c.value)
	}
	_, known := javaprint.HashOf([]byte("x"))
	require.False(t, known, "Java hashes an array by identity")
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
