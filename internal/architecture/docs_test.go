// SPDX-License-Identifier: Apache-2.0

package architecture

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	// notInAnchors is what leaves no trace in the address of a heading.
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	codeBlock    = regexp.MustCompile("(?s)```.*?```")
	testName     = regexp.MustCompile("`(Test[A-Z][A-Za-z]+)`")
)

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	links := 0
	for _, name := range tracked(t) {
		if path.Ext(name) != ".md" {
			continue
		}
		text := codeBlock.ReplaceAllString(string(content(t, name)), "")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if !strings.Contains(found[1], "://") && !strings.HasPrefix(found[1], "mailto:") {
				links++
				checkLink(t, name, found[1])
			}
		}
	}
	require.NotZero(t, links)
}

func checkLink(t *testing.T, from, target string) {
	t.Helper()
	file, anchor, hasAnchor := strings.Cut(target, "#")
	to := from
	if file != "" {
		to = path.Join(path.Dir(from), file)
	}
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(to))); err != nil {
		t.Errorf("%s links to %s, which is not there", from, target)
		return
	}
	if hasAnchor && !hasHeading(t, to, anchor) {
		t.Errorf("%s links to %s, and there is no such heading", from, target)
	}
}

func hasHeading(t *testing.T, file, anchor string) bool {
	t.Helper()
	for _, found := range heading.FindAllStringSubmatch(string(content(t, file)), -1) {
		if anchorOf(found[1]) == anchor {
			return true
		}
	}
	return false
}

// anchorOf is the address that a heading gets: small letters, no signs, and hyphens for spaces.
func anchorOf(heading string) string {
	return strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

func TestTestsThatDocumentsNameAreThere(t *testing.T) {
	var tests strings.Builder
	for _, name := range goFiles(t) {
		if isTest(name) {
			tests.Write(content(t, name))
		}
	}
	for _, name := range tracked(t) {
		if path.Ext(name) != ".md" {
			continue
		}
		for _, found := range testName.FindAllStringSubmatch(string(content(t, name)), -1) {
			if !strings.Contains(tests.String(), "\nfunc "+found[1]+"(") {
				t.Errorf("%s names %s, and there is no such test", name, found[1])
			}
		}
	}
}
