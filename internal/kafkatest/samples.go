// SPDX-License-Identifier: Apache-2.0

package kafkatest

import (
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

//go:embed testdata/*.properties
var samples embed.FS

// The files that SampleFile knows: the keys and values of the samples that Kafka ships in its config folder.
const (
	DistributedSample = "connect-distributed.properties"
	StandaloneSample  = "connect-standalone.properties"
	FileSourceSample  = "connect-file-source.properties"
	FileSinkSample    = "connect-file-sink.properties"
)

// SampleFile writes one of the samples into a folder of the test, with lines added that win over what is there, and returns its path.
func SampleFile(t testing.TB, name string, overrides map[string]string) string {
	t.Helper()
	text, err := samples.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatalf("no sample of this name: %v", err)
	}
	var b strings.Builder
	b.Write(text)
	for _, k := range slices.Sorted(maps.Keys(overrides)) {
		fmt.Fprintf(&b, "%s=%s\n", k, escapeProperty.Replace(overrides[k]))
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// PropertiesFile writes properties into a file of its own, for whoever reads them from there.
func PropertiesFile(t testing.TB, props map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.properties")
	if err := writeProperties(path, props); err != nil {
		t.Fatal(err)
	}
	return path
}
