// SPDX-License-Identifier: Apache-2.0

package architecture

import (
	"bytes"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const licence = "// SPDX-License-Identifier: Apache-2.0\n\n"

func TestEveryGoFileNamesItsLicence(t *testing.T) {
	for _, name := range goFiles(t) {
		if !bytes.HasPrefix(content(t, name), []byte(licence)) {
			t.Errorf("%s does not begin with %q and an empty line", name, strings.TrimSpace(licence))
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, name := range goFiles(t) {
		if isTest(name) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content(t, name), parser.PackageClauseOnly|parser.ParseComments)
		require.NoError(t, err)
		documented[path.Dir(name)] = documented[path.Dir(name)] || file.Doc != nil
	}
	for folder, has := range documented {
		if !has {
			t.Errorf("no file of %s has a package comment: add a doc.go that says what lives there and what does not", folder)
		}
	}
}

// How long a file may be; most are half of it.
const (
	longestFile = 400
	longestTest = 600
)

func TestFilesAreShort(t *testing.T) {
	for _, name := range goFiles(t) {
		most := longestFile
		if isTest(name) {
			most = longestTest
		}
		if lines := bytes.Count(content(t, name), []byte("\n")); lines > most {
			t.Errorf("%s has %d lines and may have %d: it holds more than one thing", name, lines, most)
		}
	}
}

func TestFoldersAreNamedForWhatIsInThem(t *testing.T) {
	empty := []string{"util", "utils", "common", "manager", "helper", "helpers", "impl", "misc"}
	for _, name := range goFiles(t) {
		words := append(strings.Split(path.Dir(name), "/"), strings.Split(strings.TrimSuffix(path.Base(name), ".go"), "_")...)
		for _, word := range words {
			if slices.Contains(empty, word) {
				t.Errorf("%s: %q says nothing about what is in it", name, word)
			}
		}
	}
}

// elsewhere matches what means something only on one machine or in one tracker. The patterns are put together from pieces so
// that this file does not match them.
var elsewhere = map[string]*regexp.Regexp{
	"a path of one machine":       regexp.MustCompile(`(^|[^\w.<])/(wo` + `rk|tmp/kj|farm/in)/`),
	"a folder beside the project": regexp.MustCompile(`sha` + `red/(refe` + `rence|DESIGN)`),
	"a number of a tracker":       regexp.MustCompile(`(?i)(\bissues? #?\d|(^|[\s(])#\d+\b)`),
	"the host of a registry":      regexp.MustCompile(`(proxy\.go` + `lang\.org|repo1?\.ma` + `ven\.|registry\.n` + `pmjs|pypi\.o` + `rg|static\.cra` + `tes\.io)`),
}

func TestTheProjectSpeaksOfItselfAlone(t *testing.T) {
	for _, name := range tracked(t) {
		text := content(t, name)
		if !isText(text) || strings.HasSuffix(name, ".sum") || isTestdata(name) && !strings.HasSuffix(name, ".md") {
			continue
		}
		for i, line := range strings.Split(string(text), "\n") {
			for what, pattern := range elsewhere {
				if found := pattern.FindString(line); found != "" {
					t.Errorf("%s:%d: %s: %q", name, i+1, what, found)
				}
			}
		}
	}
}
