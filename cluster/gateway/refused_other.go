// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package gateway

import "syscall"

// errRefused is the answer of a machine on whose port nobody listens.
const errRefused = syscall.ECONNREFUSED
