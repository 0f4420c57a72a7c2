// SPDX-License-Identifier: Apache-2.0

//go:build real

package datapath

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDifferencesThatAreMeantAreExplained(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "compat.md"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, r := range rules {
		require.False(t, names[r.name], "%s is there twice", r.name)
		names[r.name] = true
		if r.section == "" {
			continue
		}
		_, section, found := strings.Cut(string(page), "\n## "+r.section+"\n")
		require.True(t, found, "%s: docs/compat.md has no section %s", r.name, r.section)
		section, _, _ = strings.Cut(section, "\n## ")
		require.Contains(t, section, "\n| "+r.row, "%s: the section %s of docs/compat.md has no such row", r.name, r.section)
	}
}
