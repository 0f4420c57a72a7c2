// SPDX-License-Identifier: Apache-2.0

package validate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/longshore-io/connect"
)

// VersionRange is which versions of a plugin are wanted, in Maven's notation: 1.0 alone wants that version, [1.0,2.0) all
// from 1.0 to before 2.0, and several ranges may be joined by commas. The zero value wants any.
type VersionRange struct {
	text string
	// bounds are alternatives; nil wants any version.
	bounds []bound
}

type bound struct {
	low, high         string
	openLow, openHigh bool
}

// ParseVersionRange reads a range; latest stands for any version. The error is of class BadConfig.
func ParseVersionRange(text string) (VersionRange, error) {
	text = strings.TrimSpace(text)
	switch text {
	case "latest":
		return VersionRange{}, nil
	case "":
		return VersionRange{"[,]", []bound{}}, nil // wants the version "", which nothing has
	}
	if !strings.ContainsAny(text, "[](),") {
		return VersionRange{fmt.Sprintf("[%s,%s]", text, text), []bound{{low: text, high: text}}}, nil
	}
	r := VersionRange{text: text}
	for rest := text; rest != ""; rest = strings.TrimPrefix(rest, ",") {
		end := strings.IndexAny(rest, "])")
		if end < 0 || !strings.ContainsAny(rest[:1], "[(") {
			return VersionRange{}, connect.Errorf(connect.BadConfig, "Unbounded range: %s", text)
		}
		b, err := parseBound(rest[:end+1])
		if err != nil {
			return VersionRange{}, err
		}
		r.bounds = append(r.bounds, b)
		rest = rest[end+1:]
	}
	return r, nil
}

func parseBound(text string) (bound, error) {
	b := bound{openLow: text[0] == '(', openHigh: text[len(text)-1] == ')'}
	low, high, two := strings.Cut(text[1:len(text)-1], ",")
	b.low, b.high = strings.TrimSpace(low), strings.TrimSpace(high)
	if !two {
		b.high = b.low
	}
	if b.low != "" && b.high != "" && compareVersions(b.low, b.high) > 0 {
		return b, connect.Errorf(connect.BadConfig, "Range defies version ordering: %s", text)
	}
	return b, nil
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

// String returns the range as it was written, a single version in brackets.
func (r VersionRange) String() string { return r.text }

func (b bound) contains(version string) bool {
	if b.low != "" {
		if d := compareVersions(version, b.low); d < 0 || d == 0 && b.openLow {
			return false
		}
	}
	if b.high != "" {
		if d := compareVersions(version, b.high); d > 0 || d == 0 && b.openHigh {
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
