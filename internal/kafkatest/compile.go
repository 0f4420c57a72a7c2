// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// CompilePlugin compiles the Java files of a folder against the jars of Kafka Connect, and puts them with the folder's META-INF into
// a jar: a plugin for a plugin.path. The folder of the jar must exist.
func CompilePlugin(ctx context.Context, source fs.FS, jar string) (err error) {
	jars, err := FetchJars(ctx)
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "longshore-javac-")
	if err != nil {
		return fmt.Errorf("make a folder for Java classes: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	if err := os.CopyFS(tmp, source); err != nil {
		return fmt.Errorf("copy Java files: %w", err)
	}
	files, err := javaFiles(tmp)
	if err != nil {
		return err
	}
	classes := filepath.Join(tmp, "classes")
	javac := append([]string{"-nowarn", "--release", "17", "-d", classes, "-cp", filepath.Join(jars, "*")}, files...)
	if err := jdk(ctx, "javac", javac...); err != nil {
		return err
	}
	return jdk(ctx, "jar", "--create", "--file", jar, "-C", classes, ".", "-C", tmp, "META-INF")
}

func javaFiles(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".java" {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New("no Java files to compile")
	}
	return files, err
}

// jdk runs a command of the JDK: that of JAVA_HOME if it is set, else the one on the path.
func jdk(ctx context.Context, command string, args ...string) error {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		command = filepath.Join(home, "bin", command)
	}
	if out, err := exec.CommandContext(ctx, command, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w; install a JDK 17 (Debian: apt-get install openjdk-17-jdk)\n%s", command, err, out)
	}
	return nil
}
