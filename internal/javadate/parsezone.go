// SPDX-License-Identifier: Apache-2.0

package javadate

import (
	"slices"
	"strings"
	"unicode"
)

// zone reads GMT, GMT+h:mm, +hhmm, or a name.
func (r *reader) zone(start int) bool {
	if sign := r.sign(); sign != 0 {
		r.at++
		return r.offset(sign, 0, false)
	}
	if !beginsWith(r.text[start:], "GMT") {
		return r.namedZone()
	}
	r.at = start + len("GMT")
	sign := r.sign()
	if sign == 0 {
		r.setOffset(0)
		return true
	}
	r.at++
	return r.offset(sign, 0, true)
}

func (r *reader) isoZone(count int) bool {
	if r.text[r.at] == 'Z' {
		r.setOffset(0)
		r.at++
		return true
	}
	sign := r.sign()
	if sign == 0 {
		return false
	}
	r.at++
	return r.offset(sign, count, count == 3)
}

func (r *reader) sign() int {
	if r.at >= len(r.text) {
		return 0
	}
	switch r.text[r.at] {
	case '+':
		return 1
	case '-':
		return -1
	}
	return 0
}

// offset reads hours and, where the count of letters is not 1, minutes. Hours may be one digit only in front of a colon and
// where no count says otherwise.
func (r *reader) offset(sign, count int, colon bool) bool {
	hours, n := r.smallNumber()
	if n == 0 || n == 1 && (count > 0 || !colon) || hours > 23 {
		return false
	}
	r.at += n
	minutes := 0
	if count != 1 {
		if colon && !r.literal(":") {
			return false
		}
		if minutes, n = r.smallNumber(); n < 2 || minutes > 59 {
			return false
		}
		r.at += n
	}
	r.setOffset(sign * (hours*60 + minutes) * 60)
	return true
}

// smallNumber reads up to two digits without taking them.
func (r *reader) smallNumber() (v, n int) {
	for n < 2 && r.at+n < len(r.text) && r.text[r.at+n] >= '0' && r.text[r.at+n] <= '9' {
		v = v*10 + int(r.text[r.at+n]-'0')
		n++
	}
	return v, n
}

// namedZone takes the names of the format's own zone first, then those of all zones in their order.
func (r *reader) namedZone() bool {
	rest := r.text[r.at:]
	if len(rest) == 0 || !unicode.IsLetter(rest[0]) && rest[0] != '<' {
		return false
	}
	if own := namesOfZone(r.format.zone); own != nil && r.takeName(own) {
		return true
	}
	all := allZones()
	return slices.ContainsFunc(all, func(z zoneNames) bool { return r.takeName(&z) })
}

func (r *reader) takeName(z *zoneNames) bool {
	i := slices.IndexFunc(z.names[:], func(name string) bool { return name != "" && beginsWith(r.text[r.at:], name) })
	if i < 0 {
		return false
	}
	r.at += len(z.names[i])
	switch {
	case i >= 2:
		r.setOffset(z.standard + z.saving)
	case !strings.EqualFold(z.names[i], z.names[i+2]):
		r.setOffset(z.standard)
	case z.saving == 0:
		r.setOffset(z.standard)
	}
	return true
}
