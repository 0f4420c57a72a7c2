// SPDX-License-Identifier: Apache-2.0

package generation

import (
	"strconv"
	"strings"
)

// maxPart is the most bytes that one record of a worker's share has. Kafka takes records of up to 1 MB unless told otherwise.
const maxPart = 256 << 10

// Upper bounds of what one more of each adds to a record: the record itself, an entry of run, revoke or fence, and a list of tasks.
const (
	recordBytes = 256
	entryBytes  = 96
	listBytes   = 32
	// escapedBytes is what a byte of a name can become in JSON: \u0000.
	escapedBytes = 6
)

// split cuts a share so that each part fits a record. There is always one part.
func split(shares []share) [][]share {
	var parts [][]share
	from, size := 0, sizer{}
	for i, s := range shares {
		if !size.add(s) {
			parts = append(parts, shares[from:i])
			from, size = i, sizer{}
			size.add(s)
		}
	}
	return append(parts, shares[from:])
}

// sizer adds up how large a record becomes at most. The zero value is that of an empty one.
type sizer struct {
	bytes, units int
	// seen are the groups of connector, which is the one of the last unit: units come in their order.
	seen      map[group]bool
	connector string
}

// group is what the units of one list in a record have in common.
type group struct {
	connector      string
	since, revoked int64
	fence          string
}

// add tells whether the unit still fits, as the first one always does.
func (z *sizer) add(s share) bool {
	if z.seen == nil {
		z.bytes, z.seen = recordBytes+quoted(s.grant.Worker), map[group]bool{}
	}
	if z.connector != s.unit.Connector {
		clear(z.seen)
		z.connector = s.unit.Connector
	}
	number := len(strconv.Itoa(s.unit.Task)) + len(",")
	more := number + z.list(group{connector: s.unit.Connector, since: s.grant.Since, revoked: s.grant.Revoked}, s)
	if len(s.grant.Fence) > 0 {
		workers := strings.Join(s.grant.Fence, `","`)
		more += number + z.list(group{connector: s.unit.Connector, fence: workers}, s) + quoted(workers)
	}
	if z.units > 0 && z.bytes+more > maxPart {
		return false
	}
	z.bytes += more
	z.units++
	return true
}

func (z *sizer) list(g group, s share) int {
	if z.seen[g] {
		return 0
	}
	z.seen[g] = true
	return listBytes + entryBytes + quoted(s.unit.Connector)
}

// quoted is how many bytes a text has in JSON at most.
func quoted(text string) int {
	bytes := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c == '"' || c == '\\' || c > '~':
			bytes += escapedBytes
		default:
			bytes++
		}
	}
	return bytes
}
