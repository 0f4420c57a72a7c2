// SPDX-License-Identifier: Apache-2.0

package offsets

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/longshore-io/connect"
)

func copyOf(t *testing.T, golden string) string {
	content, err := os.ReadFile(filepath.Join("testdata", golden))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "connect.offsets")
	require.NoError(t, os.WriteFile(path, content, 0o640))
	return path
}

func openFile(t *testing.T, path string) *FileStore {
	s, err := OpenFile(path, quiet)
	require.NoError(t, err)
	return s
}

func TestAFileOfJavaIsReadAndGoesOn(t *testing.T) {
	path := copyOf(t, "one.offsets")
	s := openFile(t, path)
	p := partition(t, map[string]any{"filename": "test.txt"})
	assert.Equal(t, map[string]any{"position": int64(12)}, stored(t, s, "local-file-source", p))

	require.NoError(t, s.Write(t.Context(), "local-file-source", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"position": 13}}))
	assert.Equal(t, map[string]any{"position": int64(13)}, stored(t, s, "local-file-source", p))
	assert.Equal(t, map[string]any{"position": int64(13)}, stored(t, openFile(t, path), "local-file-source", p))

	java, err := os.ReadFile("testdata/one.offsets")
	require.NoError(t, err)
	ours, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(bytes.Replace(java, []byte(":12}"), []byte(":13}"), 1)), string(ours), "the same bytes but for the position")
}

func TestEntriesThatAreNoOffsetsAndRemovedOnesAreKept(t *testing.T) {
	path := copyOf(t, "many.offsets")
	var lines bytes.Buffer
	s, err := OpenFile(path, slog.New(slog.NewTextHandler(&lines, nil)))
	require.NoError(t, err)
	assert.Equal(t, 1, bytes.Count(lines.Bytes(), []byte("\n")))
	assert.Contains(t, lines.String(), "skipped=2", "a null key and a text that is not JSON")

	all, err := s.All("many")
	require.NoError(t, err)
	assert.Len(t, all, 25)
	mirrored := partition(t, map[string]any{"cluster": "a", "partition": 0, "topic": "t"})
	assert.Equal(t, map[string]any{"offset": int64(9007199254740993)}, stored(t, s, "mirror", mirrored))
	assert.Nil(t, stored(t, s, "gone", partition(t, map[string]any{"filename": "removed"})))

	require.NoError(t, s.Write(t.Context(), "mirror", map[*connect.Partition]connect.Offset{
		mirrored: connect.OffsetMap{"offset": 1}, partition(t, nil): nil,
	}))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	entries, err := readJavaMap(content)
	require.NoError(t, err)
	found := map[string][]byte{}
	for _, e := range entries {
		found[string(e.key)] = e.value
	}
	assert.Len(t, found, 29)
	assert.Equal(t, "kept as it is", string(found["not JSON"]))
	assert.Equal(t, `{"offset":1}`, string(found[`["mirror",{"topic":"t","partition":0,"cluster":"a"}]`]))
	for _, key := range []string{`["gone",{"filename":"removed"}]`, `["mirror",null]`} {
		assert.Contains(t, found, key)
		assert.Nil(t, found[key])
	}
}

func TestAFileThatIsAbsentOrEmptyHasNoOffsets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "connect.offsets")
	for _, name := range []string{"absent", "empty"} {
		t.Run(name, func(t *testing.T) {
			all, err := openFile(t, path).All("c")
			require.NoError(t, err)
			assert.Empty(t, all)
			require.NoError(t, os.WriteFile(path, nil, 0o600))
		})
	}
	all, err := openFile(t, copyOf(t, "none.offsets")).All("c")
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestAFileThatIsCutOffIsRefused(t *testing.T) {
	whole, err := os.ReadFile("testdata/many.offsets")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "connect.offsets")
	for length := 1; length < len(whole); length++ {
		require.NoError(t, os.WriteFile(path, whole[:length], 0o600))
		_, err := OpenFile(path, quiet)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%d bytes", length)
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, "is cut off")
	}
}

func TestAFileThatIsNoMapOfByteArraysIsRefused(t *testing.T) {
	for golden, reason := range map[string]string{
		"list.offsets":          "expected java.util.HashMap but found java.util.ArrayList",
		"string.offsets":        "expected java.util.HashMap but found java.lang.String",
		"null.offsets":          "expected java.util.HashMap but found null",
		"array.offsets":         "expected java.util.HashMap but found [B",
		"strings.offsets":       "expected [B but found java.lang.String",
		"java/OffsetTexts.java": "not a Java object stream, which begins with the bytes ac ed 00 05",
	} {
		t.Run(golden, func(t *testing.T) {
			path := copyOf(t, golden)
			_, err := OpenFile(path, quiet)
			require.ErrorContains(t, err, "the offsets file "+path+" (offset.storage.file.filename) cannot be read: ")
			require.ErrorContains(t, err, reason)
		})
	}
	_, err := OpenFile(t.TempDir(), quiet)
	assert.ErrorContains(t, err, "read the offsets file: ")
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent", "connect.offsets")
	s := openFile(t, path)
	p := partition(t, map[string]any{"f": "a"})
	offset := map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": 1}}
	require.NoError(t, s.Write(t.Context(), "c", nil), "nothing to write")
	require.ErrorContains(t, s.Write(t.Context(), "c", offset), "write offsets of c to "+path+": ")
	assert.Nil(t, stored(t, s, "c", p))

	var data *connect.DataError
	require.ErrorAs(t, s.Write(t.Context(), "c", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": uint(1)}}), &data)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Write(ctx, "c", offset), context.Canceled)
	require.ErrorIs(t, s.ReadToEnd(ctx), context.Canceled)

	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	require.NoError(t, s.Write(t.Context(), "c", offset))
	assert.Equal(t, map[string]any{"n": int64(1)}, stored(t, openFile(t, path), "c", p))
}

func TestAWriteKeepsLinksAndModesAndLeavesNothingBeside(t *testing.T) {
	path := copyOf(t, "one.offsets")
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(path, link))
	require.NoError(t, os.WriteFile(path+".tmp", []byte("left by a crash"), 0o600))
	before := modeOf(path)

	s := openFile(t, link)
	p := partition(t, map[string]any{"filename": "test.txt"})
	require.NoError(t, s.Write(t.Context(), "local-file-source", map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"position": 13}}))

	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink, "still a link")
	assert.Equal(t, before, modeOf(path))
	assert.Equal(t, map[string]any{"position": int64(13)}, stored(t, openFile(t, path), "local-file-source", p))
	assert.NoFileExists(t, path+".tmp")
}

func TestAFileThatCannotBeReplacedIsWrittenInPlace(t *testing.T) {
	path := copyOf(t, "many.offsets")
	require.NoError(t, os.MkdirAll(filepath.Join(path+".tmp", "in the way"), 0o700))
	require.NoError(t, replaceFile(path, []byte("short")))
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "short", string(content))

	folder := filepath.Join(t.TempDir(), "folder")
	require.NoError(t, os.Mkdir(folder, 0o700))
	assert.Error(t, replaceFile(folder, []byte("x")), "neither renamed onto nor written")
	assert.NoFileExists(t, folder+".tmp")
}

func TestConnectorsWriteTheFileSideBySide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "connect.offsets")
	s := openFile(t, path)
	p := partition(t, map[string]any{"f": "a"})
	var running sync.WaitGroup
	for i := range 4 {
		running.Go(func() {
			connector := fmt.Sprint("c", i)
			for n := range 10 {
				assert.NoError(t, s.Write(context.Background(), connector, map[*connect.Partition]connect.Offset{p: connect.OffsetMap{"n": n}}))
				found, err := s.Read(connector, p)
				assert.NoError(t, err)
				assert.Equal(t, map[string]any{"n": int64(n)}, found[p])
			}
		})
	}
	running.Wait()
	again := openFile(t, path)
	for i := range 4 {
		assert.Equal(t, map[string]any{"n": int64(9)}, stored(t, again, fmt.Sprint("c", i), p))
	}
}
