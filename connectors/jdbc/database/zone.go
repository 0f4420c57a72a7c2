// SPDX-License-Identifier: Apache-2.0

package database

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// shortZones are the identifiers of three letters that Java keeps from its first releases (java.time.ZoneId.SHORT_IDS); an offset stands for those
// that know no summer time.
var shortZones = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo", "AST": "America/Anchorage",
	"BET": "America/Sao_Paulo", "BST": "Asia/Dhaka", "CAT": "Africa/Harare", "CNT": "America/St_Johns", "CST": "America/Chicago", "CTT": "Asia/Shanghai",
	"EAT": "Africa/Addis_Ababa", "IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia",
	"NET": "Asia/Yerevan", "NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico", "PST": "America/Los_Angeles",
	"ECT": "Europe/Paris", //nolint:misspell // the identifier
	"SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh", "EST": "-05:00", "MST": "-07:00", "HST": "-10:00",
}

// ParseZone reads a time zone by its name in the zone database, by an offset (+05:30, GMT-8, UTC+01:00), or by one of Java's short identifiers.
func ParseZone(name string) (*time.Location, error) {
	name = strings.TrimSpace(name)
	if long, is := shortZones[name]; is {
		name = long
	}
	if zone, is := offsetZone(name); is {
		return zone, nil
	}
	// An empty name and Local would be this machine's zone, which nobody has asked for.
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is no time zone: use a name such as Europe/Berlin, or an offset such as +01:00", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is no time zone: use a name such as Europe/Berlin, or an offset such as +01:00", name)
	}
	return zone, nil
}

var zoneOffset = regexp.MustCompile(`^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?$`)

func offsetZone(name string) (*time.Location, bool) {
	switch name {
	case "Z", "UTC", "GMT", "UT", "Etc/UTC", "GMT0", "Etc/GMT":
		return time.UTC, true
	}
	m := zoneOffset.FindStringSubmatch(name)
	if m == nil {
		return nil, false
	}
	seconds := 0
	for i, unit := range []int{3600, 60, 1} {
		n, _ := strconv.Atoi(m[i+2])
		seconds += n * unit
	}
	if m[1] == "-" {
		seconds = -seconds
	}
	if seconds == 0 {
		return time.UTC, true
	}
	return time.FixedZone(name, seconds), true
}
