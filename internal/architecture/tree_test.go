// SPDX-License-Identifier: Apache-2.0

package architecture

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the folder of the module.
const root = "../.."

// tracked returns the files of the project that lie in the work tree, by their paths from the root: those that git has, and
// those that it would add. Without git, as in an unpacked archive, it is every file.
func tracked(t *testing.T) []string {
	t.Helper()
	var files []string
	git := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	if out, err := git.Output(); err == nil {
		for name := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
			if _, err := os.Lstat(filepath.Join(root, name)); err == nil {
				files = append(files, name)
			}
		}
	} else {
		files = everyFile(t)
	}
	require.NotEmpty(t, files)
	return files
}

func everyFile(t *testing.T) []string {
	t.Helper()
	var files []string
	require.NoError(t, fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			files = append(files, name)
		}
		return err
	}))
	return files
}

// goFiles are the tracked Go files, generated ones apart.
func goFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, name := range tracked(t) {
		if path.Ext(name) == ".go" && !isTestdata(name) {
			out = append(out, name)
		}
	}
	return out
}

func isTestdata(name string) bool { return strings.Contains("/"+name, "/testdata/") }

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

func content(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	require.NoError(t, err)
	return text
}

func isText(content []byte) bool { return !bytes.ContainsRune(content, 0) }
