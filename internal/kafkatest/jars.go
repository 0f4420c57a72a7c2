// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed" // for the pom
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/longshore-io/connect/internal/embeddedkafka/filelock"
)

//go:embed java/pom.xml
var pom []byte

// minJava is the oldest Java that Kafka 4 brokers and Kafka Connect 4 run on.
const minJava = 17

// errTools is what a user sees when the machine lacks what these tests need.
var errTools = errors.New("needs Java 17 and Maven: install openjdk-17-jdk and maven (Debian: apt-get install openjdk-17-jdk maven)")

// Jars is FetchJars that fails the test.
func Jars(t testing.TB) string {
	t.Helper()
	dir, err := FetchJars(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// FetchJars returns the folder with the jars of Kafka and Kafka Connect 4.1.0. The first call on a machine fetches them with Maven
// into the user's cache folder; a lock lets other processes wait for that instead of repeating it. The error says what to install
// when Java or Maven is missing.
func FetchJars(ctx context.Context) (string, error) {
	return FetchPom(ctx, "kafka", pom)
}

// FetchPom returns the folder with the jars that a Maven file asks for, in the cache under a name and the file's hash, as FetchJars
// does it with those of Kafka.
func FetchPom(ctx context.Context, name string, pom []byte) (string, error) {
	if err := checkJava(ctx); err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder for the jars of %s: %w", name, err)
	}
	sum := sha256.Sum256(pom)
	return fetchInto(ctx, filepath.Join(cache, "longshore", name+"-"+hex.EncodeToString(sum[:6])), pom)
}

func fetchInto(ctx context.Context, dir string, pom []byte) (string, error) {
	jars := filepath.Join(dir, "jars")
	if exists(jars) {
		return jars, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("make the cache folder for Kafka's jars: %w", err)
	}
	lock, err := filelock.Wait(ctx, filepath.Join(dir, "lock"))
	if err != nil {
		return "", fmt.Errorf("wait for another process that fetches Kafka's jars: %w", err)
	}
	defer func() { _ = lock.Release() }() // what it does not free, the end of the process does
	if exists(jars) {
		return jars, nil
	}
	if err := runMaven(ctx, dir, jars, pom); err != nil {
		return "", err
	}
	return jars, nil
}

// runMaven fills a temporary folder and renames it, so that an interrupted download is never taken for a complete one.
func runMaven(ctx context.Context, dir, jars string, pom []byte) error {
	mvn, err := exec.LookPath("mvn")
	if err != nil {
		return errTools
	}
	tmp, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return fmt.Errorf("make a folder for Kafka's jars: %w", err)
	}
	defer os.RemoveAll(tmp)
	if err := os.WriteFile(filepath.Join(tmp, "pom.xml"), pom, 0o644); err != nil {
		return fmt.Errorf("write the pom of Kafka's jars: %w", err)
	}
	lib := filepath.Join(tmp, "lib")
	cmd := exec.CommandContext(ctx, mvn, "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory="+lib)
	cmd.Dir = tmp
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("fetch Kafka's jars with %s (the first run needs the network): %w\n%s", mvn, err, tail(out))
	}
	if err := os.Rename(lib, jars); err != nil {
		return fmt.Errorf("keep Kafka's jars: %w", err)
	}
	return nil
}

// javaBinary is the java of JAVA_HOME if that is set, as Kafka's own scripts do it, else the one on the path.
func javaBinary() (string, error) {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return filepath.Join(home, "bin", "java"), nil
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return "", errTools
	}
	return java, nil
}

var javaVersion = regexp.MustCompile(`version "(\d+)`)

func checkJava(ctx context.Context) error {
	java, err := javaBinary()
	if err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, java, "-version").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w; %s -version: %w", errTools, java, err)
	}
	major, err := parseJavaVersion(string(out))
	if err != nil || major < minJava {
		return fmt.Errorf("%w; %s is %s", errTools, java, firstLine(string(out)))
	}
	return nil
}

// parseJavaVersion reads the major version out of what `java -version` prints. Java 8 and older call themselves 1.8 and so on.
func parseJavaVersion(out string) (int, error) {
	m := javaVersion.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("no version in %q", firstLine(out))
	}
	return strconv.Atoi(m[1])
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// tail is the last 4 KiB of an output, enough for the error at its end.
func tail(out []byte) string {
	const most = 4 << 10
	out = bytes.TrimSpace(out)
	if len(out) > most {
		out = out[len(out)-most:]
	}
	return string(out)
}
