// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed zonenames.txt
var zoneText string

// zoneNames are what Java calls some time zones.
type zoneNames struct {
	// names are the long and the short name of standard time, then those of summer time; in this order they are tried.
	names [4]string
	// standard and saving are in seconds.
	standard, saving int
	zones            []string
}

// allZones are the names in Java's order. A name may be that of several zones; the first one counts.
var allZones = sync.OnceValue(func() []zoneNames {
	var out []zoneNames
	for line := range strings.Lines(zoneText) {
		parts := strings.Split(strings.TrimSpace(line), "|")
		z := zoneNames{zones: strings.Split(parts[6], ",")}
		copy(z.names[:], parts[:4])
		z.standard, _ = strconv.Atoi(parts[4])
		z.saving, _ = strconv.Atoi(parts[5])
		out = append(out, z)
	}
	return out
})

func namesOfZone(zone *time.Location) *zoneNames {
	all := allZones()
	for i := range all {
		if slices.Contains(all[i].zones, zone.String()) {
			return &all[i]
		}
	}
	return nil
}

// zoneName is the name of a time's zone; one without a name is GMT+hh:mm.
func zoneName(t time.Time, long bool) string {
	names := namesOfZone(t.Location())
	if names == nil {
		_, offset := t.Zone()
		if offset == 0 {
			return "GMT"
		}
		return string(appendOffset([]byte("GMT"), offset, ":"))
	}
	i := 0
	if t.IsDST() {
		i = 2
	}
	if !long {
		i++
	}
	return names.names[i]
}
