// SPDX-License-Identifier: Apache-2.0

package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// inputs are the functions whose answers must come in from outside in packages that tests and simulations drive. Without
// names it is every function of the package.
var inputs = map[string][]string{
	"time":         {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"},
	"context":      {"WithTimeout", "WithTimeoutCause", "WithDeadline", "WithDeadlineCause"},
	"math/rand":    nil,
	"math/rand/v2": nil,
	"crypto/rand":  nil,
}

// defaults are where an input that was not given gets the machine's own.
var defaults = []string{"actors/runtime.go"}

func TestClockAndRandomnessAreInputs(t *testing.T) {
	seen := 0
	for _, name := range goFiles(t) {
		if isTest(name) || !covers([]string{"actors", "cluster", "offsets"}, path.Dir(name)) || slices.Contains(defaults, name) {
			continue
		}
		seen++
		for _, use := range usesOfInputs(t, name) {
			t.Errorf("%s: clock and randomness are inputs here: use the clock.Clock or the function that was passed in", use)
		}
	}
	require.NotZero(t, seen)
}

// usesOfInputs finds them by the names under which the file imports their packages.
func usesOfInputs(t *testing.T, name string) []string {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, content(t, name), parser.SkipObjectResolution)
	require.NoError(t, err)
	imported := map[string]string{}
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		require.NoError(t, err)
		imported[localName(spec, importPath)] = importPath
	}
	var uses []string
	ast.Inspect(file, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if pkg, ok := selector.X.(*ast.Ident); ok && forbidden(imported[pkg.Name], selector.Sel.Name) {
			uses = append(uses, files.Position(n.Pos()).String()+": "+pkg.Name+"."+selector.Sel.Name)
		}
		return true
	})
	return uses
}

func localName(spec *ast.ImportSpec, importPath string) string {
	switch {
	case spec.Name != nil:
		return spec.Name.Name
	case importPath == "math/rand/v2":
		return "rand"
	}
	return path.Base(importPath)
}

func forbidden(importPath, function string) bool {
	functions, isInput := inputs[importPath]
	return isInput && (functions == nil || slices.Contains(functions, function))
}
