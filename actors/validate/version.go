// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// VersionRange is which versions of a plugin are wanted, in Maven's notation: 1.0 alone wants that version, [1.0,2.0) all
// from 1.0 to before 2.0, and several ranges may be joined by commas. The zero value wants any.
type VersionRange struct {
	// bounds are alternatives, in order; nil wants any version.
	bounds []bound
}

// bound is a range of versions; an end that is nil is open.
type bound struct {
	low, high         *string
	openLow, openHigh bool
}

// ParseVersionRange reads a range; latest stands for any version. The error is of class BadConfig, with Maven's text.
func ParseVersionRange(text string) (VersionRange, error) {
	if text == "latest" {
		return VersionRange{}, nil
	}
	text = strings.TrimSpace(text)
	if _, err := parseRanges(text); err != nil {
		return VersionRange{}, err
	}
	if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "(") {
		text = "[" + text + "]" // Maven takes a bare version for a hint; Kafka Connect insists on it
	}
	bounds, err := parseRanges(text)
	return VersionRange{bounds}, err
}

// parseRanges is Maven's VersionRange.createFromVersionSpec: the ranges have to ascend. A bare version is no range.
func parseRanges(text string) ([]bound, error) {
	var bounds []bound
	rest := text
	for strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "(") {
		end := strings.IndexAny(rest, ")]")
		if end < 0 {
			return nil, badVersion("Unbounded range: " + text)
		}
		b, err := parseBound(rest[:end+1])
		if err != nil {
			return nil, err
		}
		if n := len(bounds); n > 0 && overlap(bounds[n-1], b) {
			return nil, badVersion("Ranges overlap: " + text)
		}
		bounds = append(bounds, b)
		rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest[end+1:]), ","))
	}
	if rest != "" && len(bounds) > 0 {
		return nil, badVersion("Only fully-qualified sets allowed in multiple set scenario: " + text)
	}
	return bounds, nil
}

func badVersion(text string) error { return connect.Errorf(connect.BadConfig, "%s", text) }

func overlap(a, b bound) bool {
	return a.high != nil && (b.low == nil || compareVersions(*b.low, *a.high) < 0)
}

func parseBound(text string) (bound, error) {
	b := bound{openLow: text[0] == '(', openHigh: text[len(text)-1] == ')'}
	low, high, two := strings.Cut(strings.TrimSpace(text[1:len(text)-1]), ",")
	if !two {
		if b.openLow || b.openHigh {
			return b, badVersion("Single version must be surrounded by []: " + text)
		}
		b.low, b.high = &low, &low // also where it is empty: such a version is nowhere
		return b, nil
	}
	b.low, b.high = end(low), end(high)
	if b.low == nil || b.high == nil {
		return b, nil
	}
	if d := compareVersions(*b.high, *b.low); d < 0 || d == 0 && (b.openLow || b.openHigh) {
		return b, badVersion("Range defies version ordering: " + text)
	}
	return b, nil
}

func end(text string) *string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	return &text
}

// Contains says whether a version is wanted.
func (r VersionRange) Contains(version string) bool {
	for _, b := range r.bounds {
		if b.contains(version) {
			return true
		}
	}
	return r.bounds == nil
}

// String prints the range as Maven does: a single version as both ends.
func (r VersionRange) String() string {
	texts := make([]string, len(r.bounds))
	for i, b := range r.bounds {
		texts[i] = b.String()
	}
	return strings.Join(texts, ",")
}

func (b bound) String() string {
	text := "["
	if b.openLow {
		text = "("
	}
	if b.low != nil {
		text += *b.low
	}
	text += ","
	if b.high != nil {
		text += *b.high
	}
	if b.openHigh {
		return text + ")"
	}
	return text + "]"
}

func (b bound) contains(version string) bool {
	if b.low != nil {
		if d := compareVersions(version, *b.low); d < 0 || d == 0 && b.openLow {
			return false
		}
	}
	if b.high != nil {
		if d := compareVersions(version, *b.high); d > 0 || d == 0 && b.openHigh {
			return false
		}
	}
	return true
}

// compareVersions compares part by part: numbers as such, a missing part as 0, and a word such as rc1 as less than none.
func compareVersions(a, b string) int {
	as, bs := versionParts(a), versionParts(b)
	for i := range max(len(as), len(bs)) {
		if d := compareParts(part(as, i), part(bs, i)); d != 0 {
			return d
		}
	}
	return 0
}

func versionParts(v string) []string {
	return strings.FieldsFunc(v, func(r rune) bool { return r == '.' || r == '-' })
}

func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return "0"
}

func compareParts(a, b string) int {
	x, errA := strconv.ParseUint(a, 10, 64)
	y, errB := strconv.ParseUint(b, 10, 64)
	switch {
	case errA == nil && errB == nil && x != y:
		if x < y {
			return -1
		}
		return 1
	case errA == nil && errB == nil:
		return 0
	case errA == nil:
		return 1
	case errB == nil:
		return -1
	}
	return strings.Compare(a, b)
}
