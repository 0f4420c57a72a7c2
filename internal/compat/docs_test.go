// SPDX-License-Identifier: Apache-2.0

package compat

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDeliberateDifferencesAreExplained(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "compat.md"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, d := range deliberates {
		require.False(t, names[d.name], "%s is there twice", d.name)
		names[d.name] = true
		_, section, found := strings.Cut(string(page), "\n## "+d.section+"\n")
		require.True(t, found, "%s: docs/compat.md has no section %s", d.name, d.section)
		section, _, _ = strings.Cut(section, "\n## ")
		require.Contains(t, section, "\n| "+d.row, "%s: the section %s of docs/compat.md has no such row", d.name, d.section)
	}
}
