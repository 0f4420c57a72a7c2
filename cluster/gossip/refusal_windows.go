// SPDX-License-Identifier: Apache-2.0

package gossip

import (
	"errors"

	"golang.org/x/sys/windows"
)

// refuses tells that nobody listens at the address that was dialled.
func refuses(err error) bool { return errors.Is(err, windows.WSAECONNREFUSED) }
