// SPDX-License-Identifier: Apache-2.0

package app

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// deepestJar is how far below a folder of plugin.path jars are counted: Kafka's plugins are a folder each, some with one more for
// their libraries.
const deepestJar = 3

// tellPluginPath says of each folder of plugin.path what is lost by not loading from it, in a line each.
func tellPluginPath(folders []string, log *slog.Logger) {
	for _, folder := range folders {
		switch jars, err := countJars(folder); {
		case err != nil:
			log.Warn("a folder of plugin.path cannot be read; nothing would be loaded from it", "folder", folder, "error", err)
		case jars > 0:
			log.Warn("plugins written in Java are not loaded: connectors that need a class of these jars will be FAILED, unless Longshore has it built in",
				"folder", folder, "jars", jars)
		default:
			log.Info("nothing is loaded from plugin.path: Longshore's plugins are built in", "folder", folder)
		}
	}
}

// countJars counts the jars in a folder and below; plugin.path may name a jar itself, too. What cannot be read below is left out, and so is what lies too deep.
func countJars(folder string) (int, error) {
	found, err := os.Stat(folder)
	switch {
	case err != nil:
		return 0, err
	case !found.IsDir():
		return jar(folder), nil
	}
	jars := 0
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fs.SkipDir
		case entry.IsDir() && depth(folder, path) >= deepestJar:
			return fs.SkipDir
		}
		jars += jar(path)
		return nil
	})
	return jars, err
}

// jar is one for a jar and none for anything else.
func jar(path string) int {
	if strings.EqualFold(filepath.Ext(path), ".jar") {
		return 1
	}
	return 0
}

func depth(folder, path string) int {
	below, err := filepath.Rel(folder, path)
	if err != nil || below == "." {
		return 0
	}
	return strings.Count(below, string(filepath.Separator)) + 1
}
