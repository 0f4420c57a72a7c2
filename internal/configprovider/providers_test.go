// SPDX-License-Identifier: Apache-2.0

package configprovider

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	connect "github.com/longshore-io/connect"
)

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func configured(t *testing.T, p connect.ConfigProvider, params map[string]string) connect.ConfigProvider {
	t.Helper()
	require.NoError(t, p.Configure(params))
	return p
}

func valuesOf(t *testing.T, p connect.ConfigProvider, path string, keys ...string) map[string]string {
	t.Helper()
	values, ttl, err := p.Get(t.Context(), path, keys)
	require.NoError(t, err)
	require.Zero(t, ttl)
	return values
}

func TestAFileIsReadAnewEachTime(t *testing.T) {
	path := write(t, t.TempDir(), "db.properties", "user=ada\npassword = p\\u00e9=:#\nlink=${env:HOME}\n")
	p := configured(t, NewFile(), nil)
	require.Equal(t, map[string]string{"user": "ada", "password": "pé=:#", "link": "${env:HOME}"}, valuesOf(t, p, path, "user", "password", "link", "none"))
	write(t, filepath.Dir(path), "db.properties", "user=bob\n")
	require.Equal(t, map[string]string{"user": "bob"}, valuesOf(t, p, path, "user", "password"))
	require.Empty(t, valuesOf(t, p, "", "user"))
	require.NoError(t, p.Close())
}

func TestAFileThatCannotBeReadIsNamedWithoutItsContent(t *testing.T) {
	folder := t.TempDir()
	p := configured(t, NewFile(), nil)
	for name, path := range map[string]string{
		"it is missing":      filepath.Join(folder, "missing"),
		"it is not UTF-8":    write(t, folder, "latin", "password=hunter\xe9\n"),
		"it is no such file": write(t, folder, "other", `password=hunter\u00zz`),
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := p.Get(t.Context(), path, []string{"password"})
			require.EqualError(t, err, "Could not read properties from file "+path)
			for ; err != nil; err = errors.Unwrap(err) {
				require.NotContains(t, err.Error(), "hunter")
			}
		})
	}
}

func TestAFolderHasAValueInEachFile(t *testing.T) {
	folder := t.TempDir()
	write(t, folder, "password", "hunter2\n")
	write(t, folder, "below/password", "x")
	write(t, filepath.Dir(folder), "beside", "x")
	p := configured(t, NewDirectory(), nil)
	require.Equal(t, map[string]string{"password": "hunter2\n"},
		valuesOf(t, p, folder, "password", "none", "below", "below/password", "../beside", ".", "..", ""))
	require.Empty(t, valuesOf(t, p, filepath.Join(folder, "password"), "password"), "a file is no folder")
	require.Empty(t, valuesOf(t, p, "", "password"))
	require.NoError(t, p.Close())
}

func TestAFileOfAFolderThatCannotBeReadIsNamed(t *testing.T) {
	folder := t.TempDir()
	name := write(t, folder, "password", "hunter\xe9")
	p := configured(t, NewDirectory(), nil)
	_, _, err := p.Get(t.Context(), folder, []string{"password"})
	require.EqualError(t, err, "Could not read file "+name+" for property password")
	require.ErrorIs(t, err, errNotText)
}

func TestALinkToAFileIsAFile(t *testing.T) {
	folder := t.TempDir()
	target := write(t, folder, "..data/password", "hunter2")
	if err := os.Symlink(target, filepath.Join(folder, "password")); err != nil {
		require.NoError(t, os.Link(target, filepath.Join(folder, "password"))) // Windows lets not everybody make symbolic links
	}
	require.Equal(t, map[string]string{"password": "hunter2"}, valuesOf(t, configured(t, NewDirectory(), nil), folder, "password"))
}

func TestOnlyAllowedPathsAreRead(t *testing.T) {
	folder := t.TempDir()
	inside := write(t, folder, "in/a.properties", "k=1")
	single := write(t, folder, "single.properties", "k=2")
	beside := write(t, folder, "in-side/a.properties", "k=3")
	allowed := map[string]string{allowedPaths: filepath.Join(folder, "in") + " , " + single}
	file, directory := configured(t, NewFile(), allowed), configured(t, NewDirectory(), allowed)
	require.Equal(t, map[string]string{"k": "1"}, valuesOf(t, file, inside, "k"))
	require.Equal(t, map[string]string{"k": "1"}, valuesOf(t, file, folder+"/in-side/../in/./a.properties", "k"))
	require.Equal(t, map[string]string{"k": "2"}, valuesOf(t, file, single, "k"))
	require.NotEmpty(t, valuesOf(t, directory, filepath.Dir(inside), "a.properties"))
	for _, path := range []string{beside, folder + "/in/../in-side/a.properties", "in/a.properties", folder} {
		require.Empty(t, valuesOf(t, file, path, "k"), path)
	}
	require.Empty(t, valuesOf(t, directory, folder, "single.properties"))
	require.Empty(t, valuesOf(t, configured(t, NewFile(), map[string]string{allowedPaths: ","}), inside, "k"), "an empty list allows nothing")
}

func TestTheRootAllowsEverything(t *testing.T) {
	allowed, err := parsePaths(string(filepath.Separator))
	if err != nil {
		require.ErrorContains(t, err, "is not absolute") // Windows has a root for each drive
		return
	}
	_, ok := allowed.resolve(filepath.Join(string(filepath.Separator), "etc", "x"))
	require.True(t, ok)
}

func TestEnvironmentVariablesAreReadByTheirNames(t *testing.T) {
	t.Setenv("LONGSHORE_TEST_PASSWORD", "hunter2")
	t.Setenv("LONGSHORE_TEST_EMPTY", "")
	all := configured(t, NewEnv(), nil)
	require.Equal(t, map[string]string{"LONGSHORE_TEST_PASSWORD": "hunter2", "LONGSHORE_TEST_EMPTY": ""},
		valuesOf(t, all, "", "LONGSHORE_TEST_PASSWORD", "LONGSHORE_TEST_EMPTY", "LONGSHORE_TEST_NONE"))
	some := configured(t, NewEnv(), map[string]string{allowlist: "LONGSHORE_TEST|x"})
	require.Empty(t, valuesOf(t, some, "", "LONGSHORE_TEST_PASSWORD"), "the whole name has to match")
	some = configured(t, NewEnv(), map[string]string{allowlist: "LONGSHORE_.*"})
	require.NotEmpty(t, valuesOf(t, some, "", "LONGSHORE_TEST_PASSWORD"))
	require.NoError(t, some.Close())
}

func TestEnvironmentVariablesHaveNoPath(t *testing.T) {
	_, _, err := configured(t, NewEnv(), nil).Get(t.Context(), "HOME", []string{"x"})
	require.EqualError(t, err, "Path is not supported for EnvVarConfigProvider, invalid value 'HOME'")
}
