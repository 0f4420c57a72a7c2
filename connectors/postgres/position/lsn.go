// SPDX-License-Identifier: Apache-2.0

package position

import (
	"fmt"
	"strconv"
	"strings"
)

// LSN is a place in a database's log, a number of bytes. 0 is none.
type LSN uint64

// String prints the LSN as PostgreSQL does: 0/16B3748.
func (l LSN) String() string { return fmt.Sprintf("%X/%X", uint32(l>>32), uint32(l)) }

// Long returns the LSN as offsets and records have it: a signed number.
func (l LSN) Long() int64 { return int64(l) }

// ParseLSN reads what PostgreSQL prints; "" is none.
func ParseLSN(text string) (LSN, error) {
	if text == "" {
		return 0, nil
	}
	high, low, found := strings.Cut(text, "/")
	h, err := strconv.ParseUint(high, 16, 32)
	if err == nil && found {
		var l uint64
		if l, err = strconv.ParseUint(low, 16, 32); err == nil {
			return LSN(h<<32 | l), nil
		}
	}
	return 0, fmt.Errorf("read the log position %q: it should be two hexadecimal numbers with a slash between them", text)
}
