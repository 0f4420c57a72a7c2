// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestStreamsAreByteForByteThoseOfJava(t *testing.T) {
	for _, golden := range []string{"none.offsets", "one.offsets"} {
		java, err := os.ReadFile(filepath.Join("testdata", golden))
		require.NoError(t, err)
		entries, err := readJavaMap(java)
		require.NoError(t, err)
		assert.Equal(t, string(java), string(appendJavaMap(nil, entries)), golden)
	}
}

func TestAMapHasAsManyBucketsAsInJava(t *testing.T) {
	for entries, want := range map[int]string{
		0: "16 0", 1: "16 12", 12: "16 12", 13: "32 24", 24: "32 24", 25: "64 48", 48: "64 48", 49: "128 96", 1000: "2048 1536",
	} {
		buckets, threshold := hashMapSize(entries)
		assert.Equal(t, want, fmt.Sprint(buckets, threshold), "%d entries", entries)
	}
}

func TestReferencesReadAsWhatTheyReferTo(t *testing.T) {
	java, err := os.ReadFile("testdata/many.offsets")
	require.NoError(t, err)
	entries, err := readJavaMap(java)
	require.NoError(t, err)
	require.Len(t, entries, 30)
	sevens, nulls := 0, 0
	for _, e := range entries {
		if string(e.value) == `{"position":7}` {
			sevens++
		}
		if e.key == nil || e.value == nil {
			nulls++
		}
	}
	assert.Equal(t, 25, sevens)
	assert.Equal(t, 2, nulls)
}

func TestAnyMapIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		array := rapid.OneOf(rapid.SliceOf(rapid.Byte()), rapid.Just([]byte(nil)))
		entries := rapid.SliceOf(rapid.Custom(func(t *rapid.T) javaEntry {
			return javaEntry{array.Draw(t, "key"), array.Draw(t, "value")}
		})).Draw(t, "entries")
		back, err := readJavaMap(appendJavaMap(nil, entries))
		require.NoError(t, err)
		require.Len(t, back, len(entries))
		for i := range entries {
			require.Equal(t, entries[i], back[i])
		}
	})
}

func FuzzReadJavaMap(f *testing.F) {
	goldens, err := filepath.Glob("testdata/*.offsets")
	require.NoError(f, err)
	require.NotEmpty(f, goldens)
	for _, golden := range goldens {
		stream, err := os.ReadFile(golden)
		require.NoError(f, err)
		f.Add(stream)
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		entries, err := readJavaMap(stream)
		if err != nil {
			return
		}
		again, err := readJavaMap(appendJavaMap(nil, entries))
		require.NoError(t, err)
		assert.Equal(t, entries, again)
	})
}
