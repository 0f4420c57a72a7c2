// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package gossip

import (
	"errors"
	"syscall"
)

// refuses tells that nobody listens at the address that was dialled.
func refuses(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }
