// SPDX-License-Identifier: Apache-2.0

package snapshot

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func keyOfTexts(values ...string) key {
	out := key{}
	for _, v := range values {
		out = append(out, nullable{text: v, null: v == "<null>"})
	}
	return out
}

// The golden file has what Java's ObjectOutputStream makes of arrays.
func TestKeysAreSerializedAsJavaDoes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/keys.txt")
	require.NoError(t, err)
	golden := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, stored, _ := strings.Cut(strings.TrimSpace(line), " ")
		golden[name] = stored
	}
	const id = "b68a35a7-17ad-35b3-af2a-ae46edb4545a"
	for _, c := range []struct {
		name  string
		key   key
		kinds []javaKind
	}{
		{"int", keyOfTexts("5"), []javaKind{javaInteger}},
		{"ints", keyOfTexts("5", "-7"), []javaKind{javaInteger, javaInteger}},
		{"long", keyOfTexts("1234567890123"), []javaKind{javaLong}},
		{"short", keyOfTexts("-3"), []javaKind{javaShort}},
		{"string", keyOfTexts("aü😀"), []javaKind{javaString}},
		{"strings", keyOfTexts("same", "same", "other"), []javaKind{javaString, javaString, javaString}},
		{"uuid", keyOfTexts(id), []javaKind{javaUUID}},
		{"mixed", keyOfTexts("1", "2", "x", "00000000-0000-0000-0000-000000000001", "<null>", "3"),
			[]javaKind{javaInteger, javaLong, javaString, javaUUID, javaString, javaInteger}},
		{"null", nil, nil},
		{"empty", key{}, []javaKind{}},
	} {
		written, err := writeJavaKey(c.key, c.kinds)
		require.NoError(t, err, c.name)
		assert.Equal(t, golden[c.name], written, c.name)
		read, err := readJavaKey(golden[c.name])
		require.NoError(t, err, c.name)
		for i := range c.key {
			if c.key[i].null {
				c.key[i].text = ""
			}
		}
		assert.Equal(t, c.key, read, c.name)
	}
	read, err := readJavaKey(golden["twice"])
	require.NoError(t, err)
	assert.Equal(t, keyOfTexts("70000", "70000"), read)
	_, err = readJavaKey(golden["date"])
	assert.ErrorIs(t, err, errJavaKey)
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-zé😀\x{d7ff}\x{e000}]*`), 1, 5).Draw(t, "texts")
		want := keyOfTexts(texts...)
		written, err := writeJavaKey(want, make([]javaKind, len(want)))
		require.NoError(t, err)
		got, err := readJavaKey(written)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func FuzzStoredKeysOfAnyKindAreReadOrRefused(f *testing.F) {
	text, err := os.ReadFile("testdata/keys.txt")
	require.NoError(f, err)
	for line := range strings.Lines(string(text)) {
		_, stored, _ := strings.Cut(strings.TrimSpace(line), " ")
		f.Add(stored)
	}
	f.Fuzz(func(t *testing.T, stored string) {
		read, err := readJavaKey(stored)
		if err != nil {
			assert.Nil(t, read)
		}
	})
}

func TestAKeyThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key   key
		kinds []javaKind
	}{
		"no number": {keyOfTexts("x"), []javaKind{javaLong}}, "no uuid": {keyOfTexts("x"), []javaKind{javaUUID}},
		"too long": {keyOfTexts(strings.Repeat("x", 1<<16)), []javaKind{javaString}}, "other columns": {keyOfTexts("1"), nil},
	} {
		_, err := writeJavaKey(c.key, c.kinds)
		assert.Error(t, err, name)
	}
}
