// SPDX-License-Identifier: Apache-2.0

package architecture

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/longshore-io/connect"

// layer is a set of packages and what they may import of the module, its own packages included. Names are paths in the
// module ("" is its root) and stand for the packages below them, too.
type layer struct {
	packages []string
	may      []string
}

// layers are all packages of the module, each in the first layer that names it. A package that is in none is refused, so that
// whoever adds one decides where it belongs.
var layers = []layer{
	{packages: []string{"."}},
	{packages: []string{"converters"}, may: []string{".", "internal/javadate", "internal/javaprint", "internal/kafkaconfig"}},
	{packages: []string{"connectors"}, may: []string{".", "converters", "internal/javaregex", "internal/javadate", "internal/javaprint", "internal/pkcs8"}},
	{packages: []string{"rest"}, may: []string{"."}},

	{packages: []string{"internal/clock", "internal/javaprint", "internal/javaproperties", "internal/javaregex", "internal/javadate", "internal/pkcs8", "internal/quietlog", "internal/embeddedkafka"}},
	{packages: []string{"internal/configprovider"}, may: []string{".", "internal/javaproperties", "internal/javaregex"}},
	{packages: []string{"internal/topiclog", "internal/kafkaconfig"}, may: []string{".", "internal/clock", "internal/pkcs8", "internal/quietlog"}},
	{packages: []string{"cluster", "offsets"}, may: []string{".", "internal/clock", "internal/javaprint", "internal/topiclog", "internal/kafkaconfig"}},

	{packages: []string{"actors/budget", "actors/lifecycle", "actors/restart", "actors/stage", "actors/trace", "actors/validate"},
		may: []string{".", "converters", "internal/clock", "internal/javaprint", "internal/javaregex", "actors/trace", "actors/lifecycle", "actors/stage"}},
	{packages: []string{"actors"},
		may: []string{".", "converters", "internal/clock", "internal/javaregex", "internal/configprovider", "internal/topiclog", "internal/kafkaconfig", "offsets", "cluster"}},

	{packages: []string{"internal/kafkatest"}, may: []string{"internal/embeddedkafka/filelock", "internal/javaproperties"}},
	{packages: []string{"internal/databasetest"}, may: []string{"internal/embeddedkafka/filelock", "internal/kafkatest"}},
	{packages: []string{"internal/databases", "internal/e2e", "internal/clients", "internal/compat", "internal/datapath", "internal/architecture", "internal/connectorpages"}},
	{packages: []string{"cmd"},
		may: []string{".", "actors", "converters", "connectors", "rest", "offsets", "cluster", "internal/clock", "internal/configprovider", "internal/javaproperties", "internal/quietlog", "internal/kafkaconfig", "internal/embeddedkafka"}},
	{packages: []string{"bench", "examples"},
		may: []string{".", "actors", "cmd/app", "converters", "connectors", "rest", "internal/embeddedkafka", "internal/kafkatest", "internal/databasetest", "internal/kafkaconfig"}},
}

// A library that not everybody may use.
var reserved = map[string][]string{
	"github.com/asynkron/protoactor-go": {"actors", "cmd/app", "examples/embed"},
	"github.com/twmb/franz-go": {"actors", "offsets", "converters/registry", "cluster/group", "internal/topiclog", "internal/kafkaconfig",
		"internal/embeddedkafka", "internal/kafkatest", "internal/e2e", "bench"},
	"go.uber.org/zap":                     {"cmd", "bench"},
	"github.com/julienschmidt/httprouter": {"rest"},
	module + "/internal/kafkatest":        {"internal/kafkatest/jars", "internal/databasetest", "bench"},
	module + "/internal/databasetest":     {"internal/databasetest/fetch", "bench"},
}

// goPackage is what `go list` tells. Imports are those of the package itself, not of its tests: a test may use more.
type goPackage struct {
	ImportPath string
	Imports    []string
}

// packages lists every package of the module, for every operating system that is supported.
func packages(t *testing.T) []goPackage {
	t.Helper()
	var out []goPackage
	for _, system := range []string{"linux", "windows"} {
		list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
		list.Dir = root
		list.Env = append(list.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		text, err := list.Output()
		require.NoError(t, err)
		for d := json.NewDecoder(strings.NewReader(string(text))); ; {
			var p goPackage
			if err := d.Decode(&p); err == io.EOF {
				break
			}
			require.NoError(t, err)
			out = append(out, p)
		}
	}
	require.NotEmpty(t, out)
	return out
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		from := inModule(p.ImportPath)
		own, may, found := layerOf(from)
		if !found {
			t.Errorf("package %s is in no layer: add it to layers in this file", p.ImportPath)
		}
		for _, imported := range p.Imports {
			to := inModule(imported)
			if to != "" && !covers(own, to) && !covers(may, to) {
				t.Errorf("package %s imports %s: it may import %v of the module, see layers in this file", p.ImportPath, to, may)
			}
		}
	}
}

func TestTheVocabularyImportsTheStandardLibraryOnly(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			first, _, _ := strings.Cut(imported, "/")
			if p.ImportPath == module && strings.Contains(first, ".") {
				t.Errorf("package connect imports %s", imported)
			}
		}
	}
}

func TestLibrariesStayWhereTheyBelong(t *testing.T) {
	for _, p := range packages(t) {
		for _, imported := range p.Imports {
			for library, users := range reserved {
				if under(imported, library) && !under(p.ImportPath, library) && !covers(users, inModule(p.ImportPath)) {
					t.Errorf("package %s imports %s: only %v may", p.ImportPath, imported, users)
				}
			}
		}
	}
}

// inModule is a package's path in the module, "." for its root and "" for one of another module.
func inModule(importPath string) string {
	if importPath == module {
		return "."
	}
	path, _ := strings.CutPrefix(importPath, module+"/")
	if path == importPath {
		return ""
	}
	return path
}

func layerOf(path string) (own, may []string, found bool) {
	for _, l := range layers {
		if covers(l.packages, path) {
			return l.packages, l.may, true
		}
	}
	return nil, nil, false
}

func covers(prefixes []string, path string) bool {
	for _, prefix := range prefixes {
		if under(path, prefix) {
			return true
		}
	}
	return false
}

func under(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }
